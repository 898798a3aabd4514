/**
 * Proves that what would be published works: packs it, installs the tarball into an empty host of each supported version of
 * Nest, imports every entry point there, compiles a host against the packed types, and starts that host on a database.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { buildWhatChanged } from './build.mjs';
import { openServer } from './database.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import {
  makeHost,
  manifest,
  NEST_VERSIONS,
  pack,
  readJson,
  requiredPeers,
  requireUninterrupted,
  stayForTidying,
  writeJson,
} from './packed-host.mjs';
import { progress, requireTemporaryFolder, ROOT, run, ScriptError } from './script.mjs';
import { inTurn } from './turn.mjs';

await run(async () => {
  stayForTidying();
  await inTurn(async () => {
    await ensureInstalled();
    buildWhatChanged('lib', 'schematics');
  });
  requireTemporaryFolder();
  const server = await openServer();
  const workspace = mkdtempSync(join(tmpdir(), 'nestjs-tasker-pack-'));
  try {
    const tarball = pack(workspace);
    for (const [name, { peers }] of Object.entries(NEST_VERSIONS)) {
      progress(`${name}: installing the package into an empty host`);
      const { typescript, '@types/node': nodeTypes } = manifest.devDependencies;
      const packages = { dependencies: peers, devDependencies: { typescript, '@types/node': nodeTypes } };
      const directory = makeHost(workspace, name, packages, tarball);
      await checkHost(name, directory, server.url);
      progress(`${name}: every entry point can be imported, the types fit, and a host starts`);
    }
  } finally {
    rmSync(workspace, { recursive: true, force: true });
    await server.stop();
  }
});

async function checkHost(name, directory, databaseUrl) {
  for (const entry of entryPoints()) importEntry(directory, entry);
  for (const entry of entryPoints()) await expectCleanTypes(directory, entry);
  expectFiles(directory);
  compileHost(directory);
  await startHost(name, directory, databaseUrl);
}

function entryPoints() {
  return Object.keys(manifest.exports).filter((entry) => manifest.exports[entry].types !== undefined);
}

function specifierOf(entry) {
  return manifest.name + entry.slice(1);
}

/** With the required peers alone: no entry point needs more. */
function importEntry(directory, entry) {
  const problem = problemOf(() => node(['-e', `await import('${specifierOf(entry)}')`], directory));
  if (problem !== undefined) throw new ScriptError(`${specifierOf(entry)} cannot be imported:\n${problem}`);
}

/** Types that name a package which a host need not have would not compile there. */
async function expectCleanTypes(directory, entry) {
  const { default: ts } = await import('typescript');
  const home = join(directory, 'node_modules', manifest.name);
  const allowed = [...Object.keys(manifest.dependencies), ...requiredPeers()];
  const seen = new Set();
  const visit = (file) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { fileName } of ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles) {
      if (fileName.startsWith('.')) visit(join(dirname(file), fileName.replace(/\.js$/, '.d.ts')));
      else if (!fileName.startsWith('node:') && !allowed.some((name) => `${fileName}/`.startsWith(`${name}/`))) {
        throw new ScriptError(
          `The types of ${specifierOf(entry)} need ${fileName} (in ${relative(home, file)}), which a host need not have.`,
        );
      }
    }
  };
  visit(join(home, manifest.exports[entry].types));
}

/** The exports without code, the SQL and the command. */
function expectFiles(directory) {
  const home = join(directory, 'node_modules', manifest.name);
  const plain = Object.values(manifest.exports).filter((target) => typeof target === 'string');
  const missing = [...plain, 'sql/migrations', 'LICENSE', 'README.md'].filter((path) => !existsSync(join(home, path)));
  if (missing.length > 0) throw new ScriptError(`The package lacks ${missing.join(', ')}.`);
  for (const [command, file] of Object.entries(manifest.bin)) {
    const problem = problemOf(() => node([join(home, file), '--help'], directory));
    if (problem !== undefined) throw new ScriptError(`"${command} --help" fails:\n${problem}`);
  }
}

/** With the library's declarations checked too, though not those of other packages, whose faults we cannot mend. */
function compileHost(directory) {
  cpSync(join(ROOT, 'test/packed/host.ts'), join(directory, 'host.ts'));
  const { compilerOptions } = readJson(join(ROOT, 'tsconfig.json'));
  const { paths: _ours, ...options } = compilerOptions;
  writeJson(join(directory, 'tsconfig.json'), {
    compilerOptions: { ...options, skipLibCheck: false, noEmit: false, noEmitOnError: false },
    include: ['host.ts'],
  });
  const problem = problemOf(() => node(['node_modules/typescript/bin/tsc', '--pretty', 'false'], directory));
  const foreign = new RegExp(`^(\\s|node_modules/(?!${manifest.name}/)|$)`);
  const ours = (problem ?? '').split('\n').filter((line) => !foreign.test(line));
  if (ours.length > 0) throw new ScriptError(`The packed types do not fit a host:\n${ours.join('\n')}`);
}

async function startHost(name, directory, url) {
  const database = `pack_${name.toLowerCase().replaceAll(' ', '_')}_${process.pid}`;
  const { default: pg } = await import('pg');
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    await admin.query(`create database ${database}`);
    const own = Object.assign(new URL(url), { pathname: `/${database}` }).href;
    const problem = problemOf(() => node(['host.js'], directory, { DATABASE_URL: own }));
    if (problem !== undefined) throw new ScriptError(`A host with ${name} does not start:\n${problem}`);
  } finally {
    await admin.query(`drop database if exists ${database} with (force)`);
    await admin.end();
  }
}

/** Undefined when the command succeeded, otherwise all it said. */
function problemOf(command) {
  try {
    command();
    return undefined;
  } catch (error) {
    return `${error.stdout ?? ''}${error.stderr ?? ''}`.trim() || error.message;
  }
}

function node(args, cwd, env = {}) {
  requireUninterrupted();
  const flags = args[0] === '-e' ? ['--input-type=module'] : [];
  const options = { cwd, encoding: 'utf8', stdio: 'pipe', timeout: 120_000, env: { ...process.env, ...env } };
  return execFileSync(process.execPath, [...flags, ...args], options);
}
