import { parseArgs } from 'node:util';
import { WORKLOADS, type WorkloadName } from './workloads.js';

export interface BenchArguments {
  readonly peers?: undefined;
  readonly workloads: readonly WorkloadName[];
  readonly tasks: number;
  /** Worker processes. */
  readonly workers: number;
  /** Steps at the same time in each worker process. */
  readonly concurrency: number;
  /** Finished tasks of the same workload that are in the database before the measurement. */
  readonly retained: number;
  /** Templates that the tasks are started from in turn, and the queues that these are spread over. */
  readonly templates: number;
  readonly queues: number;
  /** Whether a transaction of somebody else is open all the time, so that no dead row can be cleared away. */
  readonly foreignTransaction: boolean;
  /** Instead: starts the tasks while the workers run, and looks at what that does to everybody else. */
  readonly overload: boolean;
  /** Instead: lets 50 readers ask over HTTP while the workers run, and looks at both. */
  readonly readers: boolean;
  /** How often the readers ask, all together; null: as soon as each was answered. */
  readonly requestsPerSecond: number | null;
  /** What the process that they ask may open to the database. */
  readonly apiConnections: number;
  /** Whether what people and dashboards ask for is timed, too. */
  readonly reads: boolean;
  /** Whether it is told what PostgreSQL did for each task and step. */
  readonly costs: boolean;
  readonly json: boolean;
}

export interface ComparisonArguments {
  readonly peers: readonly PeerName[];
  readonly workloads: readonly WorkloadName[];
  readonly tasks: number;
  /** How often everyone is measured. */
  readonly rounds: number;
  readonly json: boolean;
}

export interface ImportArguments {
  readonly isImport: true;
  /** How many processes are measured. */
  readonly rounds: number;
  readonly json: boolean;
}

export interface DocumentsArguments {
  readonly isDocuments: true;
  readonly json: boolean;
}

export interface AuditArguments {
  readonly isAudit: true;
  readonly json: boolean;
}

export interface GuessArguments {
  readonly isGuesses: true;
  readonly json: boolean;
}

/** The names that `bench/peers/peers.ts` knows. */
export const PEERS = [
  'dbos',
  'openworkflow',
  'pg-boss-batches',
  'pg-boss-flow',
  'graphile-worker',
  'bullmq-everysec',
  'bullmq-always',
  'bullmq-postgres',
] as const;
export type PeerName = (typeof PEERS)[number];

export const USAGE =
  'npm run bench -- [--workload linear5,diamond,single,fan100|all] [--tasks N] [--workers N] [--concurrency N] ' +
  '[--templates N] [--queues N] [--retained N] [--foreign-transaction] [--reads] [--costs] [--overload] ' +
  '[--readers [--requests-per-second N] [--api-connections N]] [--json]\n' +
  `       npm run bench -- --peers [--peer ${PEERS.join(',')}] [--workload …] [--tasks N] [--rounds N] [--json]\n` +
  '       npm run bench -- --import [--rounds N] [--json]\n' +
  '       npm run bench -- --documents [--json]\n' +
  '       npm run bench -- --audit [--json]\n' +
  '       npm run bench -- --guesses [--json]';

const OPTIONS = {
  peers: { type: 'boolean' },
  import: { type: 'boolean' },
  documents: { type: 'boolean' },
  audit: { type: 'boolean' },
  guesses: { type: 'boolean' },
  peer: { type: 'string' },
  workload: { type: 'string' },
  tasks: { type: 'string' },
  workers: { type: 'string' },
  concurrency: { type: 'string' },
  retained: { type: 'string' },
  templates: { type: 'string' },
  queues: { type: 'string' },
  'foreign-transaction': { type: 'boolean' },
  reads: { type: 'boolean' },
  costs: { type: 'boolean' },
  overload: { type: 'boolean' },
  readers: { type: 'boolean' },
  'requests-per-second': { type: 'string' },
  'api-connections': { type: 'string' },
  rounds: { type: 'string' },
  json: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

/** @throws Error in one sentence when an argument is unknown or makes no sense */
export function readArguments(
  argv: readonly string[],
): AuditArguments | BenchArguments | ComparisonArguments | GuessArguments | ImportArguments | DocumentsArguments {
  const { values } = parseArgs({ args: [...argv], options: OPTIONS });
  if (values.import) return importArguments(values);
  if (values.documents) return { isDocuments: true, json: jsonOnly('documents', values) };
  if (values.audit) return { isAudit: true, json: jsonOnly('audit', values) };
  if (values.guesses) return { isGuesses: true, json: jsonOnly('guesses', values) };
  return values.peers ? comparisonArguments(values) : benchArguments(values);
}

/** What `--overload` does not look at. */
const NOT_WITH_OVERLOAD = ['retained', 'foreign-transaction', 'reads', 'costs'] as const;

function benchArguments(values: Values): BenchArguments {
  for (const option of values.overload ? NOT_WITH_OVERLOAD : []) {
    if (values[option] !== undefined) throw new Error(`--${option} cannot be combined with --overload.`);
  }
  for (const option of ['peer', 'rounds'] as const) {
    if (values[option] !== undefined) throw new Error(`--${option} is of use with --peers only.`);
  }
  return {
    workloads: workloadsOf(values.workload),
    tasks: count('tasks', values.tasks, 10_000, 1),
    workers: count('workers', values.workers, 1, 1),
    concurrency: count('concurrency', values.concurrency, 400, 1),
    templates: count('templates', values.templates, 1, 1),
    queues: count('queues', values.queues, 1, 1),
    retained: count('retained', values.retained, 0, 0),
    foreignTransaction: values['foreign-transaction'] ?? false,
    reads: values.reads ?? false,
    costs: values.costs ?? false,
    overload: values.overload ?? false,
    readers: values.readers ?? false,
    requestsPerSecond:
      values['requests-per-second'] === undefined
        ? null
        : count('requests-per-second', values['requests-per-second'], 0, 50),
    apiConnections: count('api-connections', values['api-connections'], 10, 1),
    json: values.json ?? false,
  };
}

function importArguments({ import: _, rounds, json = false, ...others }: Values): ImportArguments {
  const [other] = Object.keys(others);
  if (other !== undefined) throw new Error(`--${other} cannot be combined with --import.`);
  return { isImport: true, rounds: count('rounds', rounds, 15, 1), json };
}

/** For a measurement with no other option. */
function jsonOnly(what: keyof Values, { json = false, ...others }: Values): boolean {
  const other = Object.keys(others).find((option) => option !== what);
  if (other !== undefined) throw new Error(`--${other} cannot be combined with --${what}.`);
  return json;
}

function comparisonArguments(values: Values): ComparisonArguments {
  const own = [
    'workers',
    'concurrency',
    'retained',
    'templates',
    'queues',
    'foreign-transaction',
    'reads',
    'costs',
    'overload',
    'readers',
    'requests-per-second',
    'api-connections',
  ] as const;
  for (const option of own) {
    if (values[option] !== undefined) throw new Error(`--${option} cannot be combined with --peers.`);
  }
  return {
    peers: peersOf(values.peer),
    workloads: workloadsOf(values.workload),
    tasks: count('tasks', values.tasks, 2_000, 1),
    rounds: count('rounds', values.rounds, 3, 1),
    json: values.json ?? false,
  };
}

function workloadsOf(names = 'all'): readonly WorkloadName[] {
  if (names === 'all') return WORKLOADS;
  return unique(names).map((name) => {
    const known = WORKLOADS.find((each) => each === name);
    if (!known) throw new Error(`There is no workload "${name}"; known: ${WORKLOADS.join(', ')}, all.`);
    return known;
  });
}

/** The name of a package stands for all the ways in which it is measured. */
function peersOf(names = PEERS.join(',')): readonly PeerName[] {
  const found = unique(names).flatMap((name) => {
    const known = PEERS.filter((each) => each === name || each.startsWith(`${name}-`));
    if (known.length === 0) throw new Error(`There is no peer "${name}"; known: ${PEERS.join(', ')}.`);
    return known;
  });
  return [...new Set(found)];
}

function unique(names: string): string[] {
  return [...new Set(names.split(',').map((name) => name.trim()))];
}

function count(name: string, text: string | undefined, otherwise: number, least: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`--${name} must be a whole number, at least ${least}, got "${text}".`);
}
