import type { Persistence } from './persistence.js';

/**
 * The beginning of each attempt, when it ended, its limit, and when it might begin at the earliest where the attempt before it
 * failed.
 */
const ATTEMPTS = `moves as (
  select h.*, lead(h.created_at) over w as next_at, lag(h.retry_at) over w as retry_from
  from __schema__.workflow_step_transitions h window w as (partition by h.workflow_step_id order by h.id)
), attempts as (
  select m.workflow_step_id, m.task_id, m.from_state, m.created_at as began_at, m.next_at as ended_at, m.retry_from,
    case when st.limits is not null then __schema__.limit_key(st.limits, t.context) end as limit_key,
    (st.limits ->> 'concurrency')::integer as most, (st.limits #>> '{rate,count}')::integer as starts,
    make_interval(secs => (st.limits #>> '{rate,seconds}')::double precision) as span
  from moves m
  join __schema__.tasks t on t.task_id = m.task_id
  join __schema__.workflow_steps s on s.workflow_step_id = m.workflow_step_id
  left join __schema__.named_tasks_named_steps st on st.id = s.step_template_id
  where m.to_state = 'in_progress'
)`;

/** What must be true of the past, as the histories tell it; each statement finds what breaks it. */
const RULES: Readonly<Record<string, string>> = {
  'never more ran under a limit at the same time than it allows': `
    with ${ATTEMPTS}, changes as (
      select limit_key, most, began_at as at, 1 as by from attempts where most is not null
      union all
      select limit_key, most, ended_at, -1 from attempts where most is not null and ended_at is not null
    )
    select x.* from (
      select limit_key, most, at, sum(by) over (partition by limit_key order by at, by) as running from changes
    ) x where x.running > x.most`,
  // A claim looks at deadlines when it begins, and may wait for a lock until it dates what it gives.
  'no step began a second after the deadline of its task': `
    with ${ATTEMPTS}
    select a.workflow_step_id, a.began_at, t.deadline_at from attempts a join __schema__.tasks t on t.task_id = a.task_id
    where a.began_at > t.deadline_at + interval '1 second'`,
  'no step of a task on hold began': `
    with ${ATTEMPTS}
    select a.workflow_step_id, a.began_at, o.action, o.created_at as since
    from attempts a
    cross join lateral (
      select o.action, o.created_at from __schema__.operator_actions o
      where o.task_id = a.task_id and o.action in ('hold', 'release') and o.created_at < a.began_at
      order by o.operator_action_id desc limit 1
    ) o
    where o.action = 'hold'`,
  'no step began when its task was over': `
    with ${ATTEMPTS}
    select a.workflow_step_id, a.began_at, o.to_state, o.created_at as since
    from attempts a
    cross join lateral (
      select h.to_state, h.created_at from __schema__.task_transitions h
      where h.task_id = a.task_id and h.created_at < a.began_at order by h.id desc limit 1
    ) o
    where o.to_state not in ('pending', 'in_progress')`,
};

const UNTURNED = `${ATTEMPTS}, unturned as (select a.* from attempts a where a.began_at < $1)`;

/** What is true as long as nobody lets waits be over before their time. */
const RULES_OF_THE_CLOCK: Readonly<Record<string, string>> = {
  'never more began under a limit within its span than it allows': `
    with ${UNTURNED}
    select x.* from (
      select limit_key, workflow_step_id, began_at, span, lag(began_at, starts) over (partition by limit_key order by began_at) as too_near
      from unturned where starts is not null
    ) x where x.began_at < x.too_near + x.span`,
  'no step began before the time that its task is to run at': `
    with ${UNTURNED}
    select a.workflow_step_id, a.began_at, t.run_at from unturned a join __schema__.tasks t on t.task_id = a.task_id
    where a.began_at < t.run_at`,
  'no step was tried again before the time that its failure said': `
    with ${UNTURNED}
    select workflow_step_id, began_at, retry_from from unturned where from_state = 'error' and began_at < retry_from`,
};

/**
 * The rules that the past broke, each with some of what broke it; empty when all is well.
 * @param turnedAt when somebody first let waits be over before their time. @default never
 */
export async function brokenHistory(
  { query }: Pick<Persistence, 'query'>,
  turnedAt: Date | 'infinity' = 'infinity',
): Promise<Record<string, unknown[]>> {
  const broken: Record<string, unknown[]> = {};
  for (const [claim, sql] of Object.entries({ ...RULES, ...RULES_OF_THE_CLOCK })) {
    const parameters = claim in RULES_OF_THE_CLOCK ? [turnedAt] : [];
    const rows = await query(`select * from (${sql}) x limit 5`, ...parameters);
    if (rows.length > 0) broken[claim] = rows;
  }
  return broken;
}
