/**
 * Owns one PostgreSQL server for the process that forked it, and outlives that process just long enough to stop the
 * server and remove its files. It ends when the channel to the parent closes, for whatever reason.
 */
import { execFile, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const READY = 'database system is ready to accept connections';
const FAST_SHUTDOWN_MS = 20_000;
const BUILT_IN_LOCALE = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];

/** A terminal or a process manager may signal the whole group, but only the closed channel ends the server. */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

let server;
let current;
let over = false;
let restarting = false;

process.once('disconnect', () => void finish());
process.once('message', (plan) => void begin(plan));

async function begin(plan) {
  current = plan;
  try {
    if (!existsSync(join(plan.home, 'data', 'PG_VERSION'))) await initialise(plan);
    await launch(plan);
    if (over) return;
    process.on('message', (wish) => void restart(wish));
    process.send({ ready: true });
  } catch (error) {
    if (over) return;
    over = true;
    // The parent decides whether to remove the files: it may try another port in the same directory.
    process.send({ error: error.message, kind: error.kind }, () => process.exit(0));
  }
}

/** The only request of the parent for a running server. */
async function restart({ downMs }) {
  restarting = true;
  try {
    await stopServer('SIGQUIT');
    await pause(downMs);
    await launch(current);
    if (!over) process.send({ ready: true });
  } catch (error) {
    if (!over) process.send({ error: error.message, kind: error.kind }, () => void finish());
  } finally {
    restarting = false;
  }
}

function initialise(plan) {
  const args = [
    ...['-D', join(plan.home, 'data'), '-U', 'postgres', `--pwfile=${join(plan.home, 'password')}`],
    ...['--auth=scram-sha-256', '--encoding=UTF8', ...(plan.locale ?? BUILT_IN_LOCALE)],
    // A temporary cluster that a crash of the machine damages is made again. The running server does sync.
    ...(plan.temporary ? ['--no-sync'] : []),
    // The password is random, so slow guesses protect nothing, and take half of the time of each connection. Since version 16.
    ...(plan.temporary && plan.locale === undefined ? ['--set=scram_iterations=1'] : []),
  ];
  return new Promise((done, failed) => {
    const options = { ...plan.user, cwd: plan.home, env: environment() };
    server = execFile(plan.initdb, args, options, (error, _output, problems) => {
      server = undefined;
      if (error === null) return done();
      failed(failure(problems || error.message));
    });
  });
}

/** Resolves when the server accepts connections. Rejects with the end of its log if it ends before that. */
function launch(plan) {
  if (over) return Promise.reject(new Error('the parent process has ended'));
  const settings = {
    port: plan.port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    ...plan.settings,
  };
  const args = [
    '-D',
    join(plan.home, 'data'),
    ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  ];
  const child = spawn(plan.postgres, args, {
    ...plan.user,
    cwd: plan.home,
    env: environment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  server = child;
  return new Promise((done, failed) => {
    let log = '';
    let ready = false;
    child.stderr.setEncoding('utf8').on('data', (text) => {
      log = (log + text).slice(-10_000);
      ready ||= text.includes(READY) || log.includes(READY);
      if (ready) done();
    });
    child.once('error', (error) => failed(failure(error.message)));
    child.once('close', () => {
      server = undefined;
      failed(failure(log));
      // A server that ends after it was ready is noticed by its connections, which break. Clean up and end.
      if (ready && !restarting) void finish();
    });
  });
}

/** Messages are parsed, so they must not be translated. PG* variables would change the server. */
function environment() {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('PG') && !name.startsWith('LC_'));
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' };
}

/** The decisive line of PostgreSQL's log, and the kind of error if it has its own message. */
function failure(log) {
  const lines = log.trim().split('\n');
  const telling =
    lines.find((line) => /FATAL|PANIC/.test(line)) ?? lines.find((line) => /error/i.test(line)) ?? lines.at(-1);
  const kinds = {
    'port-in-use': /could not bind .*Address already in use/,
    'port-forbidden': /could not bind .*Permission denied/,
    permission: /Permission denied|Operation not permitted|EACCES|EPERM/,
  };
  const kind = Object.keys(kinds).find((name) => kinds[name].test(log));
  return Object.assign(new Error(telling.replace(/^.*?(FATAL|PANIC|error):\s*/, '').trim()), { kind });
}

async function finish() {
  if (over) return;
  over = true;
  await stopServer();
  if (current?.temporary) rmSync(current.home, { recursive: true, force: true, maxRetries: 10 });
  process.exit(0);
}

/**
 * A fast shutdown rolls open transactions back. If it takes too long, an immediate one follows, with recovery at the
 * next start.
 */
function stopServer(signal = 'SIGINT') {
  if (server === undefined || server.exitCode !== null || server.signalCode !== null) return undefined;
  return new Promise((done) => {
    const impatience = setTimeout(() => kill('SIGQUIT'), FAST_SHUTDOWN_MS);
    server.once('close', () => {
      clearTimeout(impatience);
      done();
    });
    kill(signal);
  });
}

/** Windows has no such signals; `pg_ctl` has the same effect. */
function kill(signal) {
  if (process.platform !== 'win32') return server.kill(signal);
  const mode = signal === 'SIGINT' ? 'fast' : 'immediate';
  return execFile(current.pgCtl, ['stop', '-m', mode, '-D', join(current.home, 'data')]);
}
