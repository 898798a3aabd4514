import { EventBus, TaskService } from 'nestjs-tasker';
import pg from 'pg';
import type { BenchArguments } from './arguments.js';
import { openApp } from './bench.app.js';
import { costsBetween, countersOf, type Costs } from './costs.js';
import { idle, serverVersion } from './database.js';
import { percentilesOf, type Percentiles } from './percentiles.js';
import { measureReads } from './reads.js';
import { request, startInBatches, unfinishedTasks } from './tasks.js';
import { WorkerProcesses, type WorkerMemory } from './worker.processes.js';
import type { Workload } from './workloads.js';

export interface Measurement {
  readonly workload: string;
  readonly tasks: number;
  readonly steps: number;
  readonly workers: number;
  readonly retained: number;
  readonly templates: number;
  readonly queues: number;
  readonly foreignTransaction: boolean;
  readonly startPerSecond: number;
  /** From the first claim to the last completion, by the database's clock. */
  readonly stepsPerSecond: number;
  /** From `start` to the `task.completed` event of a lone task in an idle process, on an idle server. */
  readonly latencyMs: Percentiles;
  /** By what was asked for; null without `--reads`. */
  readonly reads: Readonly<Record<string, Percentiles>> | null;
  /** What PostgreSQL did for a task that was started, and for a step that was run; null without `--costs`. */
  readonly costs: { readonly start: Costs; readonly step: Costs } | null;
  /** Null where the run was too short to tell. */
  readonly workerMemory: WorkerMemory | null;
  readonly postgres: string;
  readonly node: string;
}

const LONE_TASKS = 100;
const WARM_UP_TASKS = 20;
const PATIENCE_MS = 600_000;

/** Measures one workload in a database of its own. */
export async function measure(
  workload: Workload,
  url: string,
  client: pg.Client,
  args: BenchArguments,
): Promise<Measurement> {
  const { tasks, workers, retained, concurrency, templates, queues, foreignTransaction } = args;
  if (retained > 0) await run(workload, url, client, { ...args, tasks: retained });
  const letGo = foreignTransaction ? await holdTransaction(url) : undefined;
  const { startPerSecond, stepsPerSecond, workerMemory, costs } = await run(workload, url, client, args);
  await idle(client);
  const latencyMs = await lone(workload, url, concurrency);
  await letGo?.();
  const reads = args.reads ? await measureReads(workload, url, client) : null;
  return {
    workload: workload.name,
    tasks,
    steps: tasks * workload.stepsPerTask,
    workers,
    retained,
    templates,
    queues,
    foreignTransaction,
    startPerSecond: Math.round(startPerSecond),
    stepsPerSecond: Math.round(stepsPerSecond),
    latencyMs,
    reads,
    costs,
    workerMemory,
    postgres: await serverVersion(client),
    node: process.version,
  };
}

/**
 * Starts the tasks while no worker runs, then lets the workers run them all.
 * @param meanwhile what is done while they run; answers how to end it
 */
export async function run(
  workload: Workload,
  url: string,
  client: pg.Client,
  args: BenchArguments,
  meanwhile?: () => () => Promise<void>,
): Promise<Pick<Measurement, 'startPerSecond' | 'stepsPerSecond' | 'workerMemory' | 'costs'>> {
  const { tasks, workers, concurrency, templates, queues } = args;
  if (args.costs) await startTasks(workload, url, 0); // there must be tables to look at
  const before = await lastTransition(client);
  const atFirst = args.costs ? await countersOf(client) : null;
  const startPerSecond = await startTasks(workload, url, tasks);
  const whenStarted = args.costs ? await countersOf(client) : null;
  const processes = await WorkerProcesses.start(workers, {
    url,
    concurrency,
    workload: workload.name,
    templates,
    queues,
  });
  const end = meanwhile?.();
  let workerMemory: WorkerMemory | null;
  try {
    await allComplete(client);
  } finally {
    await end?.();
    workerMemory = await processes.stop();
  }
  const { rows } = await client.query<{ steps: number; seconds: number }>(
    `select count(*) filter (where to_state = 'complete')::integer as steps,
       extract(epoch from max(created_at) - min(created_at))::float8 as seconds
     from tasker.workflow_step_transitions where id > $1`,
    [before],
  );
  const { steps, seconds } = rows[0]!;
  const expected = tasks * workload.stepsPerTask;
  if (steps !== expected) throw new Error(`${steps} steps were completed, ${expected} were expected.`);
  const costs =
    atFirst && whenStarted
      ? {
          start: costsBetween(atFirst, whenStarted, tasks),
          step: costsBetween(whenStarted, await countersOf(client), steps),
        }
      : null;
  return { startPerSecond, stepsPerSecond: steps / seconds, workerMemory, costs };
}

async function startTasks(workload: Workload, url: string, count: number): Promise<number> {
  const app = await openApp(url, workload, { enabled: false });
  try {
    return await startInBatches(app.get(TaskService), workload, count);
  } finally {
    await app.close();
  }
}

async function lone(workload: Workload, url: string, concurrency: number): Promise<Percentiles> {
  const app = await openApp(url, workload, { concurrency });
  try {
    const service = app.get(TaskService);
    const bus = app.get(EventBus);
    const times: number[] = [];
    for (let round = 0; round < WARM_UP_TASKS + LONE_TASKS; round++) {
      const completed = new Promise<void>((resolve) => {
        const off = bus.on('task.completed', () => {
          off();
          resolve();
        });
      });
      const began = performance.now();
      await service.start(request(workload, round));
      await completed;
      if (round >= WARM_UP_TASKS) times.push(performance.now() - began);
    }
    return percentilesOf(times);
  } finally {
    await app.close();
  }
}

async function lastTransition(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ table: string | null }>(
    `select to_regclass('tasker.workflow_step_transitions')::text as table`,
  );
  if (rows[0]!.table === null) return '0';
  const last = await client.query<{ id: string }>(
    'select coalesce(max(id), 0) as id from tasker.workflow_step_transitions',
  );
  return last.rows[0]!.id;
}

/** Begins a transaction that has looked at the database, and answers how to end it. */
async function holdTransaction(url: string): Promise<() => Promise<void>> {
  const holder = new pg.Client({ connectionString: url });
  await holder.connect();
  await holder.query('begin isolation level repeatable read');
  await holder.query('select pg_current_xact_id()');
  return () => holder.end();
}

async function allComplete(client: pg.Client): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (;;) {
    const open = await unfinishedTasks(client);
    if (open === 0) return;
    if (Date.now() > giveUpAt) throw new Error(`${open} tasks were not finished in time.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
