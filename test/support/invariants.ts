import type { Persistence } from './persistence.js';

/** What must hold at any time between two transactions; each statement finds the rows that break it. */
const INVARIANTS: Readonly<Record<string, string>> = {
  'waiting_on is the number of parents that do not satisfy the step': `
    select workflow_step_id from __schema__.workflow_steps s
    where s.waiting_on <> (
      select count(*) from __schema__.workflow_step_edges e
      join __schema__.workflow_steps p on p.workflow_step_id = e.from_step_id
      where e.to_step_id = s.workflow_step_id and p.state not in ('complete', 'resolved_manually', 'skipped')
    )`,
  'a step is queued exactly if it runs, may run or will be tried again': `
    select s.workflow_step_id from __schema__.workflow_steps s
    join __schema__.tasks t on t.task_id = s.task_id
    left join __schema__.ready_steps r on r.workflow_step_id = s.workflow_step_id
    where (r.workflow_step_id is not null) <> case s.state
      when 'in_progress' then true
      when 'pending' then s.waiting_on = 0 and t.state not in ('error', 'resolved_manually') -- a deadline stopped it
      when 'error' then r.retrying is true
      else false
    end`,
  'a queued step says of itself what its ready row says': `
    select s.workflow_step_id from __schema__.ready_steps r
    left join __schema__.workflow_steps s on s.workflow_step_id = r.workflow_step_id
    where s.workflow_step_id is null or s.task_id <> r.task_id or s.attempts <> r.attempt
      or (r.worker_id is not null) <> (s.state = 'in_progress')
      or (r.worker_id is null and r.retrying <> (s.state = 'error'))`,
  'a task is set aside exactly if it ended otherwise than complete': `
    select coalesce(t.task_id, a.task_id) from __schema__.tasks t
    full join __schema__.set_aside_tasks a on a.task_id = t.task_id
    where (a.task_id is not null) <> coalesce(t.state in ('error', 'cancelled', 'resolved_manually'), false)`,
  'no step has had more attempts than it may': `
    select workflow_step_id from __schema__.workflow_steps s
    where attempts > retry_limit or (attempts - attempts_before > 1 and not retryable and not exists (
      select from __schema__.operator_actions a where a.task_id = s.task_id and a.action = 'retry' -- a person may
    ))`,
  'no step began before all its parents were done': `
    select e.to_step_id from __schema__.workflow_step_edges e
    join __schema__.workflow_step_transitions h on h.workflow_step_id = e.to_step_id and h.to_state <> 'cancelled'
    where not exists (
      select from __schema__.workflow_step_transitions d
      where d.workflow_step_id = e.from_step_id and d.to_state in ('complete', 'resolved_manually', 'skipped') and d.id < h.id
    )`,
  'a step that was settled ahead of its turn waits for its parents': `
    select workflow_step_id from __schema__.workflow_steps
    where settlement is not null and (
      state <> 'pending' or waiting_on = 0 or attempts > 0
      or case settlement ->> 'as' when 'resolved_manually' then false when 'skipped' then not skippable else true end
    )`,
  'a queued step is held, urgent and limited as its task and its template say': `
    select r.workflow_step_id from __schema__.ready_steps r
    join __schema__.tasks t on t.task_id = r.task_id
    join __schema__.named_tasks_named_steps st on st.id = r.step_template_id
    where r.is_held <> (t.held_at is not null) or r.priority <> coalesce(t.priority, st.priority) or r.lane_id <> st.lane_id
      or r.limit_key is distinct from
        case when st.limits is not null then __schema__.limit_key(st.limits, t.context) end`,
  'no more run under a limit than it allows': `
    select r.limit_key from __schema__.ready_steps r
    join __schema__.named_tasks_named_steps st on st.id = r.step_template_id
    where r.worker_id is not null and r.limit_key is not null
    group by r.limit_key having count(*) > max((st.limits ->> 'concurrency')::integer)`,
  'a step that waits under a limit is looked at when its time comes, or when one that runs makes room': `
    select r.workflow_step_id from __schema__.ready_steps r
    where r.limit_key is not null and r.worker_id is null and not r.is_held
      and not exists (
        select from __schema__.limit_checks c
        where c.limit_key = r.limit_key and (c.due_at >= r.run_at or r.run_at <= now())
      )
      and not (r.run_at <= now() and exists (
        select from __schema__.ready_steps o where o.limit_key = r.limit_key and o.worker_id is not null
      ))`,
  'an unfinished task with a deadline will be looked at when that has come': `
    select task_id from __schema__.tasks t
    where t.state in ('pending', 'in_progress') and t.deadline_at > now()
      and not exists (select from __schema__.task_deadlines d where d.task_id = t.task_id)`,
  'open_leaves counts the leaves that are not done': `
    select task_id from __schema__.tasks t
    where t.open_leaves <> (
      select count(*) from __schema__.workflow_steps s
      where s.task_id = t.task_id and s.is_leaf and s.state not in ('complete', 'resolved_manually', 'skipped')
    )`,
  'open_leaves is null exactly if single steps were cancelled': `
    select task_id from __schema__.tasks t
    where t.state <> 'cancelled' and (t.open_leaves is null) <> exists (
      select from __schema__.workflow_steps s where s.task_id = t.task_id and s.state = 'cancelled'
    )`,
  'failed_steps counts the steps that nothing will retry': `
    select task_id from __schema__.tasks t
    where t.failed_steps <> (
      select count(*) from __schema__.workflow_steps s
      where s.task_id = t.task_id and s.state = 'error'
        and not exists (select from __schema__.ready_steps r where r.workflow_step_id = s.workflow_step_id)
    )`,
  'a task is unfinished exactly if something of it is queued': `
    select task_id from __schema__.tasks t
    where (t.state in ('pending', 'in_progress'))
      <> exists (select from __schema__.ready_steps r where r.task_id = t.task_id)`,
  'a task is complete exactly if all its steps are done': `
    select task_id from __schema__.tasks t
    where (t.state = 'complete') <> not exists (
      select from __schema__.workflow_steps s
      where s.task_id = t.task_id and s.state not in ('complete', 'resolved_manually', 'skipped')
    ) and t.state not in ('cancelled', 'resolved_manually')`,
  'the last transition of a step led to its state, each from where the one before led': `
    select h.workflow_step_id from (
      select workflow_step_id, from_state, to_state,
        lag(to_state, 1, 'pending') over w as before, lead(to_state) over w as after
      from __schema__.workflow_step_transitions window w as (partition by workflow_step_id order by id)
    ) h join __schema__.workflow_steps s on s.workflow_step_id = h.workflow_step_id
    where h.from_state <> h.before or (h.after is null and h.to_state <> s.state)`,
  'the last transition of a task led to its state, each from where the one before led': `
    select h.task_id from (
      select task_id, from_state, to_state,
        lag(to_state, 1, 'pending') over w as before, lead(to_state) over w as after
      from __schema__.task_transitions window w as (partition by task_id order by id)
    ) h join __schema__.tasks t on t.task_id = h.task_id
    where h.from_state <> h.before or (h.after is null and h.to_state <> t.state)`,
  'no transition of a step is dated before the one that it follows': `
    select workflow_step_id from (
      select workflow_step_id, created_at, lag(created_at) over (partition by workflow_step_id order by id) as before
      from __schema__.workflow_step_transitions
    ) h where h.created_at < h.before`,
  'no transition of a task is dated before the one that it follows': `
    select task_id from (
      select task_id, created_at, lag(created_at) over (partition by task_id order by id) as before
      from __schema__.task_transitions
    ) h where h.created_at < h.before`,
  'no step is dated to begin before what it waited for was done': `
    select b.workflow_step_id from __schema__.workflow_step_edges e
    join __schema__.workflow_step_transitions b on b.workflow_step_id = e.to_step_id and b.to_state = 'in_progress'
    where not exists (
      select from __schema__.workflow_step_transitions d
      where d.workflow_step_id = e.from_step_id and d.to_state in ('complete', 'resolved_manually', 'skipped')
        and d.created_at <= b.created_at
    )`,
  'the totals are what a count would give': `
    select task_namespace_id, kind, state, sum(total) as off_by from (
      select task_namespace_id, kind, state, total from __schema__.namespace_state_totals
      union all
      select task_namespace_id, 'task', state, -1 from __schema__.tasks
      union all
      select t.task_namespace_id, 'step', s.state, -1
      from __schema__.workflow_steps s join __schema__.tasks t on t.task_id = s.task_id
    ) x group by task_namespace_id, kind, state having sum(total) <> 0`,
};

/**
 * Tasks that are not over and of which not exactly one holds: something runs under a live lease or will be due, or a person
 * is needed.
 */
const FORGOTTEN = `
  select t.task_id, t.state from __schema__.tasks t
  where t.state in ('pending', 'in_progress', 'error') and (t.state = 'error') = exists (
    select from __schema__.ready_steps r
    left join __schema__.workers w on w.worker_id = r.worker_id
    where r.task_id = t.task_id and (r.worker_id is null or (
      w.lost_at is null and w.stopped_at is null and w.last_heartbeat_at > now() - make_interval(secs => w.lease_seconds)
    ))
  )`;

/** The tasks that nobody will ever look at again although they are not over; empty when no worker process is lost. */
export function forgottenTasks({ query }: Pick<Persistence, 'query'>): Promise<unknown[]> {
  return query(FORGOTTEN);
}

/** The invariants that do not hold, each with some of the rows that break it; empty when all is well. */
export async function brokenInvariants({ query }: Pick<Persistence, 'query'>): Promise<Record<string, unknown[]>> {
  const broken: Record<string, unknown[]> = {};
  for (const [claim, sql] of Object.entries(INVARIANTS)) {
    const rows = await query(`${sql} limit 5`);
    if (rows.length > 0) broken[claim] = rows;
  }
  return broken;
}
