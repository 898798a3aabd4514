/**
 * A worker in a process of its own, for tests that kill, pause and resume it. It tells the process that forked it what it
 * begins, and holds the steps that it was told to hold until it is told to let go.
 *
 * A template says of its steps in `handler_config` how they go wrong: `failures` is how many attempts fail, and `permanent`
 * that no other could help; `workMs` is how long one takes, `resultBytes` how much its result has in addition. Whatever succeeds
 * has the sum of what its parents have as its `value`, or the context's `n`.
 */
import { setTimeout as pass } from 'node:timers/promises';
import type { OnModuleDestroy } from '@nestjs/common';
import { EventBus, PermanentError, TaskerError, type StartTaskRequest, type StepContext } from 'nestjs-tasker';
import { DataSource } from 'typeorm';
import { aGate } from '../support/eventually.js';
import { isOutage } from '../../lib/persistence/sql.errors.js';
import { HANDLER } from '../support/factories.js';
import { openHost, type Host, type StepFunction } from '../support/host.js';
import { leaveEffect, leaveSpan } from './traces.js';
import { CLIENT_CLOSED, type WorkerMessage, type WorkerSettings, type WorkerWish } from './worker.fork.js';
import { setClockWrongBy } from './wrong.clock.js';

process.once('disconnect', () => process.exit()); // nobody is left to do this for

const settings = JSON.parse(process.argv[2]!) as WorkerSettings & { url: string };
const {
  url,
  worker,
  database,
  hold = [],
  workMs = 0,
  effects = [],
  spans = false,
  tells = true,
  templates = [],
} = settings;
const letGo = aGate();
let blockForMs = 0;

/** Whatever handlers use and the host closes in the hook that is there for it, such as the client of a broker. */
class Client implements OnModuleDestroy {
  private isClosed = false;

  use(): void {
    if (this.isClosed) throw new Error(CLIENT_CLOSED);
  }

  onModuleDestroy(): void {
    this.isClosed = true;
  }
}
const client = new Client();

const run: StepFunction = async (context) => {
  const { task, step, attempt, signal, config } = context;
  if (effects.includes(step.name)) await leaveEffect(context);
  if (tells) {
    signal.addEventListener('abort', () => tell({ kind: 'aborted', taskId: task.id, step: step.name }));
    tell({ kind: 'began', taskId: task.id, step: step.name, attempt });
  }
  // A step that takes no time is never killed in its middle.
  const act = (): Promise<unknown> => (hold.includes(step.name) ? letGo.passed : pass(Number(config.workMs ?? workMs)));
  await (spans ? leaveSpan(query, context, act) : act());
  blockIfTold();
  client.use();
  failIfTold(context);
  return {
    pid: process.pid,
    value: valueOf(context),
    ...(config.resultBytes && { bulk: 'x'.repeat(Number(config.resultBytes)) }),
  };
};

let host: Host;
/** See `bundle.js`. */
export const started = work();

async function work(): Promise<void> {
  host = await openHost({
    url,
    name: `worker ${process.pid}`,
    templates: [...templates],
    handlers: { [HANDLER]: run },
    ...(database && { database }),
    providers: [{ provide: Client, useValue: client }],
    worker: { ...worker, enabled: true },
  });
  host.get(EventBus).on('step.outcome_stale', ({ taskId, attempt, workerId }) => {
    tell({ kind: 'stale', taskId, attempt, workerId });
  });
  process.on('message', (wish: WorkerWish) => void fulfil(wish));
  process.once('SIGTERM', () => void close());
  process.once('SIGINT', () => {
    client.onModuleDestroy(); // as a listener of the host's own does that is the first to hear of the signal
    void close();
  });
  tell({ kind: 'ready' });
}

async function fulfil(wish: WorkerWish): Promise<void> {
  switch (wish.kind) {
    case 'let go':
      letGo.open();
      break;
    case 'block':
      blockForMs = wish.forMs;
      break;
    case 'set clock':
      setClockWrongBy(wish.wrongByMs);
      break;
    case 'start':
      tell(await start(wish.wish, wish.request));
  }
}

async function close(): Promise<void> {
  await host.close();
  process.exit();
}

async function start(wish: number, request: StartTaskRequest): Promise<WorkerMessage> {
  try {
    return { kind: 'started', wish, taskId: (await host.tasks.start(request)).id };
  } catch (error) {
    return {
      kind: 'start_failed',
      wish,
      refused: error instanceof TaskerError && !isOutage(error),
      message: String(error),
    };
  }
}

/** Not even a timer fires meanwhile, so no heartbeat either. */
function blockIfTold(): void {
  if (blockForMs === 0) return;
  const forMs = blockForMs;
  blockForMs = 0;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, forMs);
  tell({ kind: 'unblocked' });
}

function failIfTold({ config: { failures = 0, permanent = false }, attempt }: StepContext): void {
  if (permanent === true) throw new PermanentError('No attempt can help.');
  if (attempt <= Number(failures)) throw new Error('This attempt was to fail.');
}

function valueOf({ task, results }: StepContext): number {
  const values = Object.values(results).map((result) => (result as { readonly value: number } | null)?.value ?? 0);
  return values.length === 0 ? Number(task.context.n ?? 0) : values.reduce((sum, value) => sum + value, 0);
}

function query(sql: string, ...parameters: readonly unknown[]): Promise<any[]> {
  return host.get(DataSource).query(sql, [...parameters]);
}

function tell(message: WorkerMessage): void {
  process.send?.(message);
}
