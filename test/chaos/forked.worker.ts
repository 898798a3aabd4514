import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach } from '@jest/globals';
import type { WorkerOptions } from 'nestjs-tasker';
import type { Lab } from '../support/lab.js';

export interface WorkerSettings {
  readonly worker?: WorkerOptions;
  /** Names of steps that do not end before `letGo`. @default none */
  readonly hold?: readonly string[];
  /** How long every other step takes. @default 0 */
  readonly workMs?: number;
  /** Names of transactional steps that leave a row (step_id, attempt) in the table `effects`. @default none */
  readonly effects?: readonly string[];
  /** Whether each attempt leaves a row (key, began_at, ended_at) in the table `spans`. @default false */
  readonly spans?: boolean;
}

export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'began'; readonly taskId: string; readonly step: string; readonly attempt: number }
  /** The signal of an attempt fired. */
  | { readonly kind: 'aborted'; readonly taskId: string; readonly step: string }
  /** The outcome of this worker's attempt came too late. */
  | { readonly kind: 'stale'; readonly taskId: string; readonly attempt: number; readonly workerId: string };

/** A worker in a process of its own. */
export interface ForkedWorker {
  readonly pid: number;
  /** What it told so far, in order. */
  readonly messages: readonly WorkerMessage[];
  onMessage: (message: WorkerMessage) => void;
  /** Stops it in the middle of whatever it does, with SIGSTOP. */
  pause(): void;
  /** Lets it go on after `pause`, with SIGCONT. */
  resume(): void;
  /** Lets the steps end that it holds. */
  letGo(): void;
  /** With SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
}

/** For tests that start processes: each takes seconds on a machine that is busy with other tests. */
export const PROCESS_TIMEOUT_MS = 120_000;

const ENTRY = fileURLToPath(new URL('./worker.process.ts', import.meta.url));
const TYPESCRIPT = new URL('../support/typescript.js', import.meta.url).href;

/** Answers what forks workers on the database of the lab. Call it before `useLab`, so that its processes end first. */
export function useForkedWorkers(): (lab: Lab, settings?: WorkerSettings) => Promise<ForkedWorker> {
  let children: ChildProcess[] = [];
  afterEach(async () => {
    await Promise.all(children.map(kill));
    children = [];
  });
  return async ({ url }, settings = {}) => {
    const child = fork(ENTRY, [JSON.stringify({ url, ...settings })], { execArgv: ['--import', TYPESCRIPT] });
    children.push(child);
    return ready(child);
  };
}

/** Resolves when the worker looks for work. */
function ready(child: ChildProcess): Promise<ForkedWorker> {
  const messages: WorkerMessage[] = [];
  const worker: ForkedWorker = {
    pid: child.pid!,
    messages,
    onMessage: () => undefined,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    letGo: () => void child.send('let go'),
    kill: () => kill(child),
  };
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The worker ended by itself, with code ${code}.`)));
    child.on('message', (message: WorkerMessage) => {
      messages.push(message);
      worker.onMessage(message);
      if (message.kind === 'ready') resolve(worker);
    });
  });
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL'); // ends a paused process, too
  await gone;
}
