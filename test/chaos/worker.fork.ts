import { fork, type ChildProcess } from 'node:child_process';
import type { StartTaskRequest, TaskDefinition, WorkerOptions } from 'nestjs-tasker';
import type { DatabaseOptions } from '../../lib/options/tasker.options.js';
import { bundleOf } from '../support/compiled.js';
import { aGate } from '../support/eventually.js';

export interface WorkerSettings {
  readonly worker?: WorkerOptions;
  readonly database?: DatabaseOptions;
  /** Of which it can be told to start tasks. @default none */
  readonly templates?: readonly TaskDefinition[];
  /** Names of steps that do not end before `letGo`. @default none */
  readonly hold?: readonly string[];
  /** How long every other step takes. @default 0 */
  readonly workMs?: number;
  /** Names of transactional steps that leave a row (step_id, attempt) in the table `effects`. @default none */
  readonly effects?: readonly string[];
  /** Whether each attempt leaves a row (key, began_at, ended_at) in the table `spans`. @default false */
  readonly spans?: boolean;
  /** Whether it tells of each attempt that it begins. @default true */
  readonly tells?: boolean;
}

export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'began'; readonly taskId: string; readonly step: string; readonly attempt: number }
  /** The signal of an attempt fired. */
  | { readonly kind: 'aborted'; readonly taskId: string; readonly step: string }
  /** The outcome of this worker's attempt came too late. */
  | { readonly kind: 'stale'; readonly taskId: string; readonly attempt: number; readonly workerId: string }
  /** A step has stopped the process for as long as it was told. */
  | { readonly kind: 'unblocked' }
  /** What became of a wish to start a task: its id, or why there is none as far as this worker knows. */
  | { readonly kind: 'started'; readonly wish: number; readonly taskId: string }
  | { readonly kind: 'start_failed'; readonly wish: number; readonly refused: boolean; readonly message: string };

/** What a worker can be told to do. */
export type WorkerWish =
  | { readonly kind: 'let go' }
  /** The next step stops the whole process for so long. */
  | { readonly kind: 'block'; readonly forMs: number }
  /** Its clock is wrong by so much from now on. */
  | { readonly kind: 'set clock'; readonly wrongByMs: number }
  | { readonly kind: 'start'; readonly wish: number; readonly request: StartTaskRequest };

/** How a handler fails whose client was closed under it. */
export const CLIENT_CLOSED = 'The client is closed.';

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
  /** The last that it wrote to standard error. */
  readonly said: string;
}

const KEPT_CHARACTERS = 10_000;

/** A worker in a process of its own. */
export class ForkedWorker {
  readonly pid: number;
  /** What it told so far, in order. */
  readonly messages: WorkerMessage[] = [];
  onMessage: (message: WorkerMessage) => void = () => undefined;
  /** Resolves when it looks for work; rejects when it ended before. */
  readonly ready: Promise<void>;
  readonly ended: Promise<Ending>;
  private readonly child: ChildProcess;
  private onUnblocked: (nothing: unknown) => void = () => undefined;
  private readonly starts = new Map<number, (answer: StartAnswer) => void>();

  constructor(url: string, settings: WorkerSettings = {}) {
    const { file, flags, args } = bundleOf('test/chaos/worker.process.ts');
    this.child = fork(file, [...args, JSON.stringify({ url, ...settings })], {
      execArgv: [...flags],
      stdio: ['ignore', 2, 'pipe', 'ipc'],
    });
    this.pid = this.child.pid!;
    this.ended = endOf(this.child);
    const endToo = (): void => void this.child.kill('SIGKILL'); // one that is paused would not notice that we are gone
    process.once('exit', endToo);
    void this.ended.then(() => process.off('exit', endToo));
    const ready = aGate();
    this.child.on('message', (message: WorkerMessage) => {
      this.messages.push(message);
      this.onMessage(message);
      if (message.kind === 'ready') ready.open();
      if (message.kind === 'unblocked') this.onUnblocked(undefined);
      if ('wish' in message) this.starts.get(message.wish)?.(message);
    });
    const early = this.ended.then((ending) => Promise.reject(new EndedEarlyError(ending)));
    this.ready = Promise.race([ready.passed, early]);
    this.ready.catch(() => undefined); // whoever waits for it is told
  }

  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Stops it in the middle of whatever it does, with SIGSTOP. */
  pause(): void {
    this.child.kill('SIGSTOP');
  }

  /** Lets it go on after `pause`, with SIGCONT. */
  resume(): void {
    this.child.kill('SIGCONT');
  }

  /** Ends it as at a deployment. @param clientsFirst whether what its handlers use is closed before all else */
  terminate(clientsFirst = false): void {
    this.child.kill(clientsFirst ? 'SIGINT' : 'SIGTERM');
  }

  /** Lets the steps end that it holds. */
  letGo(): void {
    this.tell({ kind: 'let go' });
  }

  tell(wish: WorkerWish): void {
    if (this.child.connected) this.child.send(wish, () => undefined); // it may be killed at any time
  }

  /** Has the next step stop the whole process for so long; resolves when that is over, or the process has ended. */
  async block(forMs: number): Promise<void> {
    const over = new Promise((resolve) => (this.onUnblocked = resolve));
    this.tell({ kind: 'block', forMs });
    await Promise.race([over, this.ended]);
  }

  /**
   * Has it start a task, and answers the id.
   * @throws StartFailedError when it could not, or ended before it said so: the task may exist all the same
   */
  async start(request: StartTaskRequest): Promise<string> {
    const wish = this.starts.size;
    const answered = new Promise<StartAnswer>((resolve) => this.starts.set(wish, resolve));
    this.tell({ kind: 'start', wish, request });
    const answer = await Promise.race([answered, this.ended]);
    if ('taskId' in answer) return answer.taskId;
    if ('signal' in answer) throw new StartFailedError('The worker ended.', false);
    throw new StartFailedError(answer.message, answer.refused);
  }

  /** With SIGKILL; resolves when the process is gone. */
  async kill(): Promise<void> {
    if (this.isAlive) this.child.kill('SIGKILL'); // ends a paused process, too
    await this.ended;
  }
}

type StartAnswer = Extract<WorkerMessage, { readonly kind: 'started' | 'start_failed' }>;

/** A task that a worker was to start, and perhaps did. */
export class StartFailedError extends Error {
  constructor(
    message: string,
    /** The engine would not, rather than the database could not. */
    readonly isRefusal: boolean,
  ) {
    super(message);
  }
}

/** A worker that ended before it looked for work. */
export class EndedEarlyError extends Error {
  constructor(readonly ending: Ending) {
    super(`The worker ended by itself, with code ${ending.code}.\n${ending.said}`);
  }
}

function endOf(child: ChildProcess): Promise<Ending> {
  let said = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-KEPT_CHARACTERS)));
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, said: error.message }));
    child.once('close', (code, signal) => resolve({ code, signal, said }));
  });
}
