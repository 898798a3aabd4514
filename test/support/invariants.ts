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
  'no step has had more attempts than it may': `
    select workflow_step_id from __schema__.workflow_steps where attempts > retry_limit or (attempts > 1 and not retryable)`,
  'open_leaves counts the leaves that are not done': `
    select task_id from __schema__.tasks t
    where t.open_leaves <> (
      select count(*) from __schema__.workflow_steps s
      where s.task_id = t.task_id and s.is_leaf and s.state not in ('complete', 'resolved_manually', 'skipped')
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

/** The invariants that do not hold, each with some of the rows that break it; empty when all is well. */
export async function brokenInvariants({ query }: Pick<Persistence, 'query'>): Promise<Record<string, unknown[]>> {
  const broken: Record<string, unknown[]> = {};
  for (const [claim, sql] of Object.entries(INVARIANTS)) {
    const rows = await query(`${sql} limit 5`);
    if (rows.length > 0) broken[claim] = rows;
  }
  return broken;
}
