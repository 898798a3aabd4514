import type { StartTaskRequest, TaskService } from 'nestjs-tasker';
import type pg from 'pg';
import type { Workload } from './workloads.js';

const BATCH = 500;

/** A request of a workload; those of several templates take turns. */
export function request({ templates }: Workload, index: number, namespace = 'bench'): StartTaskRequest {
  const name = templates[index % templates.length]!;
  return { namespace, name, version: '1.0.0', context: { orderId: 4711, customer: 'c-17' } };
}

/** Starts so many tasks in batches, and answers how many a second. */
export async function startInBatches(service: TaskService, workload: Workload, count: number): Promise<number> {
  const began = performance.now();
  for (let started = 0; started < count; started += BATCH) {
    const size = Math.min(BATCH, count - started);
    await service.startMany(Array.from({ length: size }, (_, index) => request(workload, started + index)));
  }
  return count / ((performance.now() - began) / 1_000);
}

/** How many tasks of the namespace are not over, by the state totals, which cost the same however many tasks there are. */
export async function unfinishedTasks(client: pg.Client, namespace = 'bench'): Promise<number> {
  const { rows } = await client.query<{ open: number }>(
    `select coalesce(sum(total), 0)::integer as open from tasker.namespace_state_totals
     where kind = 'task' and state in ('pending', 'in_progress') and namespace = $1`,
    [namespace],
  );
  return rows[0]!.open;
}
