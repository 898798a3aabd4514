import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as dial } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pgbouncerPlace } from '../../scripts/pgbouncer.mjs';
import { eventually } from './eventually.js';
import { freePort } from './free.port.js';

/** It refuses to run as root. */
const UNPRIVILEGED = ['postgres', 'nobody'];

export interface PoolerSettings {
  /** @default 'transaction' */
  readonly mode?: 'transaction' | 'session';
  /** Connections to the server, of all clients together. @default 6 */
  readonly size?: number;
}

/** A PgBouncer of one's own before the server of a database. */
export interface Pooler {
  /** Leads to the same database, through the pooler. */
  readonly url: string;
  stop(): Promise<void>;
}

/** @throws where PgBouncer is not installed, saying how to install it */
export async function startPooler(
  serverUrl: string,
  { mode = 'transaction', size = 6 }: PoolerSettings = {},
): Promise<Pooler> {
  const program = pgbouncerPlace();
  if (!program) {
    throw new Error('This test needs PgBouncer. Install it: apt-get install pgbouncer, or brew install pgbouncer.');
  }
  const server = new URL(serverUrl);
  const home = await mkdtemp(join(tmpdir(), 'pgbouncer-'));
  const port = await freePort();
  const file = join(home, 'pgbouncer.ini');
  await writeFile(
    file,
    `[databases]
* = host=${server.hostname} port=${server.port} user=${server.username} password=${decodeURIComponent(server.password)}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
default_pool_size = ${size}
max_client_conn = 200
ignore_startup_parameters = extra_float_digits
`,
  );
  const user = await ownerOf(home, file);
  const pooler = spawn(program, ['-q', file], { stdio: 'ignore', ...user });
  const end = (): unknown => pooler.kill('SIGKILL');
  process.once('exit', end); // a test that was ended leaves nothing behind
  await eventually(async () => {
    if (pooler.exitCode !== null) throw new Error(`PgBouncer ended with ${pooler.exitCode}.`);
    await reached(port);
  });
  const url = new URL(serverUrl);
  url.hostname = '127.0.0.1';
  url.port = `${port}`;
  return {
    url: url.href,
    stop: async () => {
      process.removeListener('exit', end);
      await stopped(pooler);
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function ownerOf(home: string, file: string): Promise<{ readonly uid?: number; readonly gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  const name = UNPRIVILEGED.find((each) => idOf('-u', each) !== null);
  if (!name) throw new Error('PgBouncer does not run as root, and there is no user "postgres" or "nobody".');
  const [uid, gid] = [idOf('-u', name)!, idOf('-g', name)!];
  await chmod(home, 0o700);
  for (const path of [home, file]) await chown(path, uid, gid);
  return { uid, gid };
}

function idOf(flag: string, name: string): number | null {
  try {
    return Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' }));
  } catch {
    return null;
  }
}

async function reached(port: number): Promise<void> {
  const socket = dial(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}

async function stopped(pooler: ChildProcess): Promise<void> {
  if (pooler.exitCode !== null || pooler.signalCode !== null) return;
  pooler.kill('SIGKILL');
  await once(pooler, 'exit');
}
