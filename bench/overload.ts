import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pass } from 'node:timers/promises';
import { TaskService } from 'nestjs-tasker';
import type pg from 'pg';
import type { BenchArguments } from './arguments.js';
import { openApp } from './bench.app.js';
import { percentilesOf, type Percentiles } from './percentiles.js';
import { WorkerProcesses, type WorkerMemory } from './worker.processes.js';
import { workload, type Workload } from './workloads.js';

export interface Overload {
  readonly workload: string;
  /** Started as fast as they can be while the workers run. */
  readonly tasks: number;
  readonly startPerSecond: number;
  /** Of the process that starts: how late its timers are, and its resident memory before and after. */
  readonly eventLoopDelayMs: { readonly p50: number; readonly p99: number };
  readonly starterMb: { readonly before: number; readonly after: number };
  /** From the start of a lone task of another namespace to its end, while the backlog is worked off. */
  readonly otherNamespaceMs: Percentiles & { readonly most: number; readonly tasks: number };
  readonly workerMemory: WorkerMemory | null;
}

const BATCH = 500;
/** Between two tasks of the other namespace. */
const PAUSE_MS = 100;
const OTHER = 'bench_other';

/** Starts far more than the workers can run, and looks at what that does to everybody else. */
export async function measureOverload(
  of: Workload,
  url: string,
  client: pg.Client,
  args: BenchArguments,
): Promise<Overload> {
  const app = await openApp(url, withOther(of), { enabled: false });
  const { workers, concurrency, templates, queues, tasks } = args;
  const processes = await WorkerProcesses.start(workers, { url, concurrency, workload: of.name, templates, queues });
  const service = app.get(TaskService);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const before = process.memoryUsage.rss();
  let isStarted = false;
  const others = startOthers(service, of.name, async () => isStarted && !(await hasUnfinished(client)));
  delay.enable();
  const began = performance.now();
  for (let started = 0; started < tasks; started += BATCH) {
    const size = Math.min(BATCH, tasks - started);
    await service.startMany(Array.from({ length: size }, () => requestOf('bench', of.name)));
  }
  const seconds = (performance.now() - began) / 1_000;
  delay.disable();
  const after = process.memoryUsage.rss();
  isStarted = true;
  await others;
  const workerMemory = await processes.stop();
  await app.close();
  return {
    workload: of.name,
    tasks,
    startPerSecond: Math.round(tasks / seconds),
    eventLoopDelayMs: { p50: milliseconds(delay.percentile(50)), p99: milliseconds(delay.percentile(99)) },
    starterMb: { before: megabytes(before), after: megabytes(after) },
    otherNamespaceMs: await otherTimes(client),
    workerMemory,
  };
}

/** One after the other until the backlog is gone. */
async function startOthers(service: TaskService, name: string, isOver: () => Promise<boolean>): Promise<void> {
  while (!(await isOver())) {
    await service.start(requestOf(OTHER, name));
    await pass(PAUSE_MS);
  }
}

async function hasUnfinished(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ open: string }>(
    `select coalesce(sum(total), 0) as open from tasker.namespace_state_totals
     where kind = 'task' and state in ('pending', 'in_progress') and namespace <> '${OTHER}'`,
  );
  return rows[0]!.open !== '0';
}

async function otherTimes(client: pg.Client): Promise<Overload['otherNamespaceMs']> {
  const { rows } = await client.query<{ taken: number }>(
    `select extract(epoch from t.completed_at - t.created_at)::float8 * 1000 as taken
     from tasker.tasks t join tasker.task_namespaces n using (task_namespace_id) where n.name = $1`,
    [OTHER],
  );
  const times = rows.map(({ taken }) => taken);
  return { ...percentilesOf(times), most: Number(Math.max(...times).toFixed(2)), tasks: times.length };
}

function withOther(of: Workload): Workload {
  return { ...of, definitions: [...of.definitions, ...workload(of.name, 1, 1, OTHER).definitions] };
}

function requestOf(namespace: string, name: string) {
  return { namespace, name, version: '1.0.0', context: { orderId: 4711, customer: 'c-17' } };
}

const milliseconds = (nanoseconds: number): number => Number((nanoseconds / 1e6).toFixed(2));
const megabytes = (bytes: number): number => Math.round(bytes / 2 ** 20);
