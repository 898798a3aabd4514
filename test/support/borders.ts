import type { Persistence } from './persistence.js';
import type { NewTaskExtra } from '../../lib/persistence/task.gateway.js';
import { ONE_STEP } from './factories.js';
import { registerShape, startTask, type HandWorker, type StepSettings } from './workflow.js';

/** A span of time after which something is otherwise. */
export interface Border {
  readonly what: string;
  readonly seconds: number;
  readonly begin: () => Promise<unknown>;
  /** Where the instants stand that are moved into the past, as time would. */
  readonly instants: readonly (readonly [table: string, ...columns: string[]])[];
  readonly isPast: () => Promise<boolean>;
}

/** The setting of each border: a database, and a worker with a lease of `LEASE` seconds. */
export interface Times extends Pick<Persistence, 'query' | 'tasks' | 'templates'> {
  readonly workers: Persistence['workers'];
  readonly worker: HandWorker;
  /** The answer of one of our functions. */
  call<Answer>(text: string, ...parameters: readonly unknown[]): Promise<Answer>;
}

export const LEASE = 30;
export const HOUR = 3_600;
export const DAY = 86_400;

/** As if so many seconds had passed. */
export async function age(
  { query }: Pick<Persistence, 'query'>,
  instants: Border['instants'],
  seconds: number,
): Promise<void> {
  for (const [table, ...columns] of instants) {
    const moved = columns.map((column) => `${column} = ${column} - make_interval(secs => $1)`).join(', ');
    await query(`update __schema__.${table} set ${moved}`, seconds);
  }
}

export const start = async (times: Times, steps: StepSettings = {}, extra?: NewTaskExtra): Promise<string> =>
  startTask(times, await registerShape(times, ONE_STEP, { steps }), { extra });

export const isAny = async ({ query }: Pick<Persistence, 'query'>, sql: string): Promise<boolean> =>
  (await query(sql)).length > 0;
