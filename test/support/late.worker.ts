import { afterEach, jest } from '@jest/globals';
import { RetryableError, type StepContext } from 'nestjs-tasker';
import { WorkerIdentity } from '../../lib/engine/steps/worker.identity.js';
import { Worker, type PassReport } from '../../lib/engine/steps/worker.js';
import { WorkerGateway } from '../../lib/persistence/worker.gateway.js';
import { aTemplate, HANDLER, ONE_STEP } from './factories.js';
import type { Host } from './host.js';
import type { Lab } from './lab.js';

/** A lease that no test lives to see end. */
export const LATE_WORKER = { leaseSeconds: 600, concurrency: 6 };

/** The limit of each attempt. No other timer has it, and no test lives to see it pass. */
const TIME_LIMIT_SECONDS = 12_345;

/** After an attempt that took too long. */
const NO_WAIT = { baseSeconds: 0, factor: 1, maxSeconds: 0, jitter: 0 };

/** An attempt whose handler runs until the test ends it. */
export interface Attempt {
  readonly taskId: string;
  readonly attempt: number;
  end(how: 'returns' | 'throws'): void;
  /** Its time is up; the handler goes on. */
  timeOut(): void;
}

/** An answer of `advance` that is on its way. */
export interface Answer {
  arrive(): void;
  /** The connection breaks instead. */
  lose(): void;
}

/** A worker moved by hand whose answers arrive when, and in the order in which, the test lets them. */
export interface LateWorker {
  readonly host: Host;
  readonly hand: Worker;
  /** That began so far. */
  readonly attempts: Attempt[];
  /** On their way. */
  readonly answers: Answer[];
  /** Asks, and resolves when the database has answered; the answer is still on its way then. */
  ask(want?: number): Promise<{ readonly pass: Promise<PassReport | undefined> }>;
  /** Asks and gets the answer at once. */
  askNow(want?: number): Promise<void>;
  /** Of its tasks, of one step each. */
  readonly ids: readonly string[];
}

/** Call it at the top of the file. What it answers opens a host whose worker has so many tasks before it. */
export function useLateWorker(lab: Lab): (tasks: number) => Promise<LateWorker> {
  const begun: Attempt[] = [];
  afterEach(() => {
    jest.restoreAllMocks();
    for (const attempt of begun.splice(0)) attempt.end('returns'); // and with it the timer of its time limit
  });

  return async (tasks) => {
    const attempts: Attempt[] = [];
    const timers = jest.spyOn(globalThis, 'setTimeout');
    const process = ({ task, attempt }: StepContext): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const end = (how: 'returns' | 'throws'): void => {
          if (how === 'returns') resolve({ attempt });
          else reject(new RetryableError('again', { retryAfter: 0 }));
        };
        const [timeOut] = timers.mock.calls.findLast(([, ms]) => ms === TIME_LIMIT_SECONDS * 1_000)!; // begun just before
        const made: Attempt = { taskId: task.id, attempt, end, timeOut };
        attempts.push(made);
        begun.push(made);
      });
    const template = aTemplate(ONE_STEP, {
      steps: { only: { retryLimit: 1_000, timeoutSeconds: TIME_LIMIT_SECONDS, backoff: NO_WAIT } },
    });
    const host = await lab.open({ templates: [template], handlers: { [HANDLER]: process }, worker: LATE_WORKER });
    const gateway = host.get(WorkerGateway);
    const advance = gateway.advance.bind(gateway);
    const answers: Answer[] = [];
    jest.spyOn(gateway, 'advance').mockImplementation(async (request) => {
      const answer = await advance(request);
      await new Promise<void>((resolve, reject) =>
        answers.push({ arrive: resolve, lose: () => reject(brokenConnection()) }),
      );
      return answer;
    });
    const hand = host.get(Worker);
    const ask = async (want?: number): Promise<{ readonly pass: Promise<PassReport | undefined> }> => {
      const known = answers.length;
      const pass = hand.runOnce(want).catch(() => undefined);
      while (answers.length === known) await new Promise(setImmediate);
      return { pass };
    };
    const askNow = async (want?: number): Promise<void> => {
      const { pass } = await ask(want);
      answers.pop()!.arrive();
      await pass;
    };
    const started = await host.tasks.startMany(Array.from({ length: tasks }, () => template.request));
    return { host, hand, attempts, answers, ask, askNow, ids: started.map(({ id }) => id) };
  };
}

export const brokenConnection = (): Error => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

export const identityOf = (host: Host): string => host.get(WorkerIdentity).current()!;

/** What another worker does about this one when its heartbeat is late. */
export async function declareLost(lab: Lab, host: Host): Promise<void> {
  await lab.query(
    `update __schema__.workers set last_heartbeat_at = now() - interval '1 day' where worker_id = $1`,
    identityOf(host),
  );
  await lab.persistence.workers.reapLostWorkers();
}

export const leases = (lab: Lab, workerId: string): Promise<{ taskId: string; attempt: number }[]> =>
  lab.query(
    'select task_id as "taskId", attempt from __schema__.ready_steps where worker_id = $1 order by task_id',
    workerId,
  );

export const runners = (hand: Worker): { taskId: string; attempt: number }[] =>
  hand
    .claims()
    .map(({ taskId, attemptNumber: attempt }) => ({ taskId, attempt }))
    .sort((one, other) => Number(one.taskId) - Number(other.taskId));
