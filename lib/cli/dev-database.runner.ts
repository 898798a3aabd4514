import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { EmbeddedServer } from '../embedded/embedded.server.js';
import { UnstartableCommandError } from './cli.errors.js';
import { EXIT, writeLines, type CommandIo } from './command.io.js';

export interface DevServer extends EmbeddedServer {
  /** Whether this command started the server, and so must stop it. */
  readonly isOwn: boolean;
}

export const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * More than an application needs to stop: `worker.shutdownTimeoutMs`, by default 10 seconds, and the rest of its
 * shutdown.
 */
const LEAVING_MS = 30_000;
const ANSWER_MS = 5_000;
const LEAVING_POLL_MS = 100;
/** If the wait is longer than this, a message explains it. */
const NOTICE_MS = 500;

/**
 * Runs a command with the database in its environment, and returns its exit code. Signals to this process end the
 * command; the database then runs until nothing uses it any more.
 */
export async function runWith(
  server: DevServer,
  [program, ...args]: readonly string[],
  io: CommandIo,
): Promise<number> {
  const env = { ...process.env, DATABASE_URL: server.url, TEST_DATABASE_URL: server.url };
  const child = spawn(program!, args, { env, stdio: 'inherit', shell: process.platform === 'win32' });
  const impatience = new AbortController();
  const received = new Set<NodeJS.Signals>();
  const forward = (signal: NodeJS.Signals): void => {
    if (hasEnded(child)) impatience.abort();
    received.add(signal);
    // A terminal sends Ctrl+C to the command, too, and a second one might end it at once.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, forward);
  try {
    const code = await new Promise<number>((ended, failed) => {
      child.once('error', (cause) => failed(new UnstartableCommandError(program!, cause)));
      child.once('exit', (given) => ended(given ?? EXIT.failed));
    });
    if (received.size > 0 && server.isOwn) await untilUnused(server.url, io, impatience.signal);
    return code;
  } finally {
    for (const signal of SIGNALS) process.off(signal, forward);
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/**
 * Waits until no other connection is open, because an application may outlive the command that started it: the shell in which npm
 * runs a script ends with the first signal, while the script is still stopping. Another signal ends the wait.
 */
async function untilUnused(url: string, io: CommandIo, impatience: AbortSignal): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: ANSWER_MS,
  });
  client.on('error', () => undefined); // the next query reports that the server has ended
  const began = performance.now();
  const notice = setTimeout(
    () => writeLines(io.stderr, 'Waiting for the last connection to close. Press Ctrl+C again to stop PostgreSQL now.'),
    NOTICE_MS,
  );
  try {
    await client.connect();
    while (performance.now() - began < LEAVING_MS && (await hasOthers(client))) {
      await pause(LEAVING_POLL_MS, undefined, { signal: impatience });
    }
  } catch {
    // The server has ended, or another signal came.
  } finally {
    clearTimeout(notice);
    await client.end();
  }
}

async function hasOthers(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query(
    `select from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() limit 1`,
  );
  return rows.length > 0;
}
