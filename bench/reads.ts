import type pg from 'pg';
import { percentilesOf, type Percentiles } from './percentiles.js';

/** The analytics are asked about so many of the latest tasks: an hour of a service that starts nearly three a second. */
const LATEST_TASKS = 10_000;
const BATCH = 500;
const CALLS = 100;

type Parameters = (ids: () => string, since: Date) => readonly unknown[];

const ONE: Parameters = (id) => [id()];
const MANY: Parameters = (id) => [Array.from({ length: BATCH }, id)];
const SINCE: Parameters = (_, since) => [since];

const READS: Readonly<Record<string, readonly [string, Parameters]>> = {
  'readiness, one task': ['select * from tasker.get_step_readiness_status($1)', ONE],
  [`readiness, ${BATCH} tasks`]: ['select * from tasker.get_step_readiness_status_batch($1)', MANY],
  'execution context, one task': ['select * from tasker.get_task_execution_context($1)', ONE],
  [`execution context, ${BATCH} tasks`]: ['select * from tasker.get_task_execution_contexts_batch($1)', MANY],
  'DAG view, one task': ['select * from tasker.step_dag_relationships where task_id = $1', ONE],
  'dependency levels, one task': ['select * from tasker.calculate_dependency_levels($1)', ONE],
  'health counts': ['select * from tasker.get_system_health_counts()', () => []],
  [`analytics, latest ${LATEST_TASKS} tasks`]: ['select * from tasker.get_analytics_metrics($1)', SINCE],
  [`slowest tasks of the latest ${LATEST_TASKS}`]: ['select * from tasker.get_slowest_tasks($1)', SINCE],
  [`slowest steps of the latest ${LATEST_TASKS}`]: ['select * from tasker.get_slowest_steps($1)', SINCE],
};

/** Times what people and dashboards ask for, each call about other tasks, on the database as it is: the call, from this process and back. */
export async function measureReads(client: pg.Client): Promise<Record<string, Percentiles>> {
  await summarise(client);
  const { rows } = await client.query<{ first: string; last: string; since: Date }>(
    `select min(task_id) as first, max(task_id) as last,
       (select created_at from tasker.tasks order by task_id desc offset $1 limit 1) as since
     from tasker.tasks`,
    [LATEST_TASKS - 1],
  );
  const { first, last, since } = rows[0]!;
  const id = (): string => String(Number(first) + Math.floor(Math.random() * (Number(last) - Number(first) + 1)));
  const times: Record<string, Percentiles> = {};
  for (const [name, [sql, parameters]] of Object.entries(READS)) {
    const taken: number[] = [];
    for (let call = 0; call < CALLS; call++) {
      const values = parameters(id, since);
      const began = performance.now();
      await client.query(sql, [...values]);
      taken.push(performance.now() - began);
    }
    times[name] = percentilesOf(taken);
  }
  return times;
}

/** What autovacuum does within a minute or two; a service that has run for a while has only its latest pages not summarised. */
async function summarise(client: pg.Client): Promise<void> {
  for (const table of ['tasks', 'task_transitions', 'workflow_step_transitions']) {
    await client.query('select brin_summarize_new_values($1)', [`tasker.${table}_created`]);
  }
}
