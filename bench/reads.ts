import { TaskReader } from 'nestjs-tasker';
import type pg from 'pg';
import { openApp } from './bench.app.js';
import { percentilesOf, type Percentiles } from './percentiles.js';
import type { Workload } from './workloads.js';

/** The analytics are asked about so many of the latest tasks: an hour of a service that starts nearly three a second. */
const LATEST_TASKS = 10_000;
const BATCH = 500;
const CALLS = 100;

/** What a question can be about. */
interface Subject {
  readonly client: pg.Client;
  readonly reader: TaskReader;
  /** The id of some task. */
  readonly id: () => string;
  readonly since: Date;
}

type Question = (subject: Subject) => Promise<unknown>;

const one =
  (sql: string): Question =>
  ({ client, id }) =>
    client.query(sql, [id()]);
const many =
  (sql: string): Question =>
  ({ client, id }) =>
    client.query(sql, [Array.from({ length: BATCH }, id)]);
const since =
  (sql: string): Question =>
  ({ client, since: instant }) =>
    client.query(sql, [instant]);

const QUESTIONS: Readonly<Record<string, Question>> = {
  'a task in full': ({ reader, id }) => reader.get(id()),
  'list, latest 20': ({ reader }) => reader.list(),
  'list, latest 20 with steps': ({ reader }) => reader.list({ include: ['steps'] }),
  'list, 20 of a template': ({ reader }) => reader.list({ filter: { namespace: 'bench', version: '1.0.0' } }),
  'list, 20 complete': ({ reader }) => reader.list({ filter: { states: ['complete'] } }),
  'list, in error': ({ reader }) => reader.list({ filter: { states: ['error'] } }),
  'readiness, one task': one('select * from tasker.get_step_readiness_status($1)'),
  [`readiness, ${BATCH} tasks`]: many('select * from tasker.get_step_readiness_status_batch($1)'),
  'execution context, one task': one('select * from tasker.get_task_execution_context($1)'),
  [`execution context, ${BATCH} tasks`]: many('select * from tasker.get_task_execution_contexts_batch($1)'),
  'DAG view, one task': one('select * from tasker.step_dag_relationships where task_id = $1'),
  'dependency levels, one task': one('select * from tasker.calculate_dependency_levels($1)'),
  'health counts': ({ client }) => client.query('select * from tasker.get_system_health_counts()'),
  [`analytics, latest ${LATEST_TASKS} tasks`]: since('select * from tasker.get_analytics_metrics($1)'),
  [`slowest tasks of the latest ${LATEST_TASKS}`]: since('select * from tasker.get_slowest_tasks($1)'),
  [`slowest steps of the latest ${LATEST_TASKS}`]: since('select * from tasker.get_slowest_steps($1)'),
};

/** Times what people and dashboards ask for, each call about other tasks, on the database as it is: the call, from this process and back. */
export async function measureReads(
  workload: Workload,
  url: string,
  client: pg.Client,
): Promise<Record<string, Percentiles>> {
  await summarise(client);
  const { rows } = await client.query<{ first: string; last: string; since: Date }>(
    `select min(task_id) as first, max(task_id) as last,
       (select created_at from tasker.tasks order by task_id desc offset $1 limit 1) as since
     from tasker.tasks`,
    [LATEST_TASKS - 1],
  );
  const { first, last, since: instant } = rows[0]!;
  const id = (): string => String(Number(first) + Math.floor(Math.random() * (Number(last) - Number(first) + 1)));
  const app = await openApp(url, workload, { enabled: false });
  try {
    const subject: Subject = { client, reader: app.get(TaskReader), id, since: instant };
    const times: Record<string, Percentiles> = {};
    for (const [name, question] of Object.entries(QUESTIONS)) times[name] = await timesOf(() => question(subject));
    return times;
  } finally {
    await app.close();
  }
}

async function timesOf(ask: () => Promise<unknown>): Promise<Percentiles> {
  const taken: number[] = [];
  for (let call = 0; call < CALLS; call++) {
    const began = performance.now();
    await ask();
    taken.push(performance.now() - began);
  }
  return percentilesOf(taken);
}

/** What autovacuum does within a minute or two; a service that has run for a while has only its latest pages not summarised. */
async function summarise(client: pg.Client): Promise<void> {
  for (const table of ['tasks', 'task_transitions', 'workflow_step_transitions']) {
    await client.query('select brin_summarize_new_values($1)', [`tasker.${table}_created`]);
  }
}
