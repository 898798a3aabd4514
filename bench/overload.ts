import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pass } from 'node:timers/promises';
import { TaskService } from 'nestjs-tasker';
import type pg from 'pg';
import type { BenchArguments } from './arguments.js';
import { openApp } from './bench.app.js';
import { percentilesOf, type Percentiles } from './percentiles.js';
import { request, startInBatches, unfinishedTasks } from './tasks.js';
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
  try {
    const service = app.get(TaskService);
    const delay = monitorEventLoopDelay({ resolution: 1 });
    const before = process.memoryUsage.rss();
    let isStarted = false;
    const others = startOthers(service, of, async () => isStarted && (await unfinishedTasks(client)) === 0);
    delay.enable();
    const startPerSecond = await startInBatches(service, of, tasks);
    delay.disable();
    const after = process.memoryUsage.rss();
    isStarted = true;
    await others;
    return {
      workload: of.name,
      tasks,
      startPerSecond: Math.round(startPerSecond),
      eventLoopDelayMs: { p50: milliseconds(delay.percentile(50)), p99: milliseconds(delay.percentile(99)) },
      starterMb: { before: megabytes(before), after: megabytes(after) },
      otherNamespaceMs: await otherTimes(client),
      workerMemory: await processes.stop(),
    };
  } finally {
    await processes.stop();
    await app.close();
  }
}

/** One after the other until the backlog is gone. */
async function startOthers(service: TaskService, of: Workload, isOver: () => Promise<boolean>): Promise<void> {
  while (!(await isOver())) {
    await service.start(request(of, 0, OTHER));
    await pass(PAUSE_MS);
  }
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

const milliseconds = (nanoseconds: number): number => Number((nanoseconds / 1e6).toFixed(2));
const megabytes = (bytes: number): number => Math.round(bytes / 2 ** 20);
