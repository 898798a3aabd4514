import { parseArgs } from 'node:util';
import { WORKLOADS, type WorkloadName } from './workloads.js';

export interface BenchArguments {
  readonly workloads: readonly WorkloadName[];
  readonly tasks: number;
  /** Worker processes. */
  readonly workers: number;
  /** Steps at the same time in each worker process. */
  readonly concurrency: number;
  /** Templates that the tasks are started from in turn, and the queues that these are spread over. */
  readonly templates: number;
  readonly queues: number;
  /** Whether a transaction of somebody else is open all the time, so that no dead row can be cleared away. */
  readonly foreignTransaction: boolean;
  /** Finished tasks of the same workload that are in the database before the measurement. */
  readonly retained: number;
  /** Whether what people and dashboards ask for is timed, too. */
  readonly reads: boolean;
  readonly json: boolean;
}

export const USAGE =
  'npm run bench -- [--workload linear5|diamond|single|fan100|all] [--tasks N] [--workers N] [--concurrency N] ' +
  '[--templates N] [--queues N] [--retained N] [--foreign-transaction] [--reads] [--json]';

/** @throws Error in one sentence when an argument is unknown or makes no sense */
export function readArguments(argv: readonly string[]): BenchArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      workload: { type: 'string', default: 'all' },
      tasks: { type: 'string', default: '10000' },
      workers: { type: 'string', default: '1' },
      concurrency: { type: 'string', default: '400' },
      retained: { type: 'string', default: '0' },
      templates: { type: 'string', default: '1' },
      queues: { type: 'string', default: '1' },
      'foreign-transaction': { type: 'boolean', default: false },
      reads: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  return {
    workloads: workloadsOf(values.workload),
    tasks: count('tasks', values.tasks, 1),
    workers: count('workers', values.workers, 1),
    concurrency: count('concurrency', values.concurrency, 1),
    retained: count('retained', values.retained, 0),
    templates: count('templates', values.templates, 1),
    queues: count('queues', values.queues, 1),
    foreignTransaction: values['foreign-transaction'],
    reads: values.reads,
    json: values.json,
  };
}

function workloadsOf(name: string): readonly WorkloadName[] {
  if (name === 'all') return WORKLOADS;
  const known = WORKLOADS.find((each) => each === name);
  if (!known) throw new Error(`There is no workload "${name}"; known: ${WORKLOADS.join(', ')}, all.`);
  return [known];
}

function count(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`--${name} must be a whole number, at least ${least}, got "${text}".`);
}
