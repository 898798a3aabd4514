import { POOL_SIZE } from '../../support/host.js';
import { brokenHistory } from '../../support/history.rules.js';
import { brokenInvariants, forgottenTasks } from '../../support/invariants.js';
import { CLIENT_CLOSED } from '../worker.fork.js';
import type { Ledger, LedgerEntry } from './ledger.js';
import { isPoisonous } from './poison.js';
import { STORM_NAME, type StormDatabase } from './storm.database.js';
import { CLAIM_BYTES } from './storm.templates.js';

interface FoundTask {
  readonly id: string;
  readonly n: number;
  readonly state: string;
  /** A failure stands in the place of an outcome that a trigger refused. */
  readonly isRefused: boolean;
}

/** What must hold when every task is over; each statement finds what breaks it. */
const RULES: Readonly<Record<string, string>> = {
  'a step is complete exactly if one transition made it so': `
    select s.workflow_step_id, s.state, count(h.id)::integer as times from __schema__.workflow_steps s
    left join __schema__.workflow_step_transitions h on h.workflow_step_id = s.workflow_step_id and h.to_state = 'complete'
    group by s.workflow_step_id, s.state having count(h.id) <> (s.state = 'complete')::integer`,
  'a task ended once': `
    select task_id, count(*)::integer as times from __schema__.task_transitions
    where to_state in ('complete', 'cancelled', 'resolved_manually') group by task_id having count(*) > 1`,
  'a transactional step left its row exactly if it is complete, once, in the attempt that completed it': `
    select s.workflow_step_id, s.state, count(e.step_id)::integer as times, max(e.attempt) as attempt
    from __schema__.workflow_steps s
    join __schema__.named_tasks_named_steps st on st.id = s.step_template_id and st.transactional
    left join effects e on e.step_id = s.workflow_step_id
    group by s.workflow_step_id, s.state
    having count(e.step_id) <> (s.state = 'complete')::integer or max(e.attempt) <> s.attempts - s.attempts_before`,
  'whatever left a row is a transactional step': `
    select e.step_id from effects e
    left join __schema__.workflow_steps s on s.workflow_step_id = e.step_id
    left join __schema__.named_tasks_named_steps st on st.id = s.step_template_id
    where st.transactional is not true`,
  'a complete step has the sum of what its parents have, or the number of its task': `
    select s.workflow_step_id, s.results, sum((p.results ->> 'value')::bigint)::text as expected
    from __schema__.workflow_steps s
    join __schema__.tasks t on t.task_id = s.task_id
    left join __schema__.workflow_step_edges e on e.to_step_id = s.workflow_step_id
    left join __schema__.workflow_steps p on p.workflow_step_id = e.from_step_id
    where s.state = 'complete'
    group by s.workflow_step_id, t.task_id
    having (s.results ->> 'value')::bigint is distinct from
      coalesce(sum((p.results ->> 'value')::bigint), (t.context ->> 'n')::bigint)`,
  'only of tasks that were poisoned an outcome was refused': `
    select h.task_id, h.workflow_step_id, h.error from __schema__.workflow_step_transitions h
    where h.error ->> 'code' = 'OUTCOME_REFUSED' and not (${isPoisonous('h')})`,
  'a failure that was refused is tried again if it would have been': `
    select h.workflow_step_id, h.attempt, h.error from __schema__.workflow_step_transitions h
    join __schema__.workflow_steps s on s.workflow_step_id = h.workflow_step_id
    join __schema__.named_tasks_named_steps st on st.id = s.step_template_id
    where h.error ->> 'code' = 'OUTCOME_REFUSED' and not (h.error ->> 'permanent')::boolean
      and h.retry_at is null and h.attempt < st.default_retry_limit`, // a person may have raised that of the step since
  'no attempt was burnt on a client that a shutdown closed': `
    select workflow_step_id, attempt from __schema__.workflow_step_transitions
    where error ->> 'message' = '${CLIENT_CLOSED}'`,
  'no claim came with more contexts than it may': `
    select c.worker_id, c.created_at, sum(c.bytes) as bytes from (
      select distinct h.worker_id, h.created_at, t.task_id, octet_length(t.context::text) as bytes
      from __schema__.workflow_step_transitions h
      join __schema__.workflow_steps s on s.workflow_step_id = h.workflow_step_id
      join __schema__.named_steps n on n.named_step_id = s.named_step_id
      join __schema__.tasks t on t.task_id = h.task_id
      where h.to_state = 'in_progress' and n.name <> 'tooMuch' -- which comes without any
    ) c group by c.worker_id, c.created_at having sum(c.bytes) > ${CLAIM_BYTES}`,
  'only what no claim can hold was too large for one': `
    select s.workflow_step_id, n.name from __schema__.workflow_steps s
    join __schema__.named_steps n on n.named_step_id = s.named_step_id
    where s.error ->> 'code' = 'CLAIM_TOO_LARGE' and n.name <> 'tooMuch'`,
  'nothing is on hold': `select task_id from __schema__.tasks where held_at is not null and state in ('pending', 'in_progress')`,
  'no process has more connections than its pool and the one that listens': `
    select application_name, count(*)::integer as connections from pg_stat_activity
    where datname = current_database() and backend_type = 'client backend' and application_name <> '${STORM_NAME}'
    group by application_name having count(*) > ${POOL_SIZE + 1}`,
  'nothing happened but by the clock of the database': `
    select 'tasks' as what, created_at, updated_at, completed_at as also from __schema__.tasks
    where greatest(created_at, updated_at, completed_at, requested_at) > clock_timestamp()
      or least(created_at, updated_at, completed_at) < (select min(created_at) from __schema__.task_namespaces)
    union all
    select 'steps', created_at, updated_at, processed_at from __schema__.workflow_steps
    where greatest(created_at, updated_at, processed_at, last_attempted_at) > clock_timestamp()
      or least(updated_at, processed_at, last_attempted_at) < created_at
    union all
    select 'transitions', h.created_at, null, null from __schema__.workflow_step_transitions h
    join __schema__.workflow_steps s on s.workflow_step_id = h.workflow_step_id
    where h.created_at not between s.created_at and clock_timestamp()
    union all
    select 'workers', started_at, last_heartbeat_at, null from __schema__.workers
    where greatest(started_at, last_heartbeat_at) > clock_timestamp() or last_heartbeat_at < started_at`,
};

/** Everything that is wrong after a storm, one sentence each; empty when all is well. */
export async function findDamage(database: StormDatabase, ledger: Ledger): Promise<readonly string[]> {
  const found = await database.query<FoundTask>(
    `select t.task_id as id, (t.context ->> 'n')::integer as n, t.state, exists (
       select from __schema__.workflow_steps s
       where s.task_id = t.task_id and s.state = 'error' and s.error ->> 'code' = 'OUTCOME_REFUSED'
     ) as "isRefused"
     from __schema__.tasks t`,
  );
  const forgotten = await forgottenTasks(database);
  const broken = {
    ...(await brokenInvariants(database)),
    ...(await brokenHistory(database)),
    ...(await brokenRules(database)),
  };
  return [
    ...ledger.problems,
    ...wrongTasks(found, ledger),
    ...(forgotten.length > 0 ? [`Tasks that nobody will look at again: ${JSON.stringify(forgotten.slice(0, 5))}`] : []),
    ...Object.entries(broken).map(([claim, rows]) => `Not true: ${claim}: ${JSON.stringify(rows)}`),
  ];
}

async function brokenRules({ query }: Pick<StormDatabase, 'query'>): Promise<Record<string, unknown[]>> {
  const broken: Record<string, unknown[]> = {};
  for (const [claim, sql] of Object.entries(RULES)) {
    const rows = await query(`select * from (${sql}) x limit 5`);
    if (rows.length > 0) broken[claim] = rows;
  }
  return broken;
}

function wrongTasks(found: readonly FoundTask[], { entries }: Ledger): string[] {
  const byNumber = new Map<number, FoundTask[]>();
  for (const task of found) byNumber.set(task.n, [...(byNumber.get(task.n) ?? []), task]);
  const wrong = entries.flatMap((entry) => wrongTask(entry, byNumber.get(entry.n) ?? []));
  const unasked = found.filter(({ n }) => !entries[n - 1]);
  return [...wrong, ...unasked.map(({ id }) => `Task ${id} was asked for by nobody.`)];
}

/** A start whose outcome is unknown made one task or none. */
function wrongTask({ n, id, template, ends }: LedgerEntry, found: readonly FoundTask[]): string[] {
  const label = `Task ${n} (${template})`;
  if (found.length > 1) return [`${label} exists ${found.length} times: ${found.map((each) => each.id).join(', ')}.`];
  const [task] = found;
  if (!task) return id === null ? [] : [`${label} was acknowledged as ${id} and does not exist.`];
  if (id !== null && id !== task.id) return [`${label} was acknowledged as ${id} and is ${task.id}.`];
  if (task.isRefused && task.state === 'error' && ends.has('complete')) return [];
  return ends.has(task.state) ? [] : [`${label} is ${task.state}, and may only be ${[...ends].join(' or ')}.`];
}
