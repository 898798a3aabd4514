-- claim_steps: gives one worker up to p_want steps, most urgent first, and what their handlers need. Part of advance.
--
-- The lock on its ready_steps row alone guards a claim. Rows that another call is claiming are passed over (skip locked),
-- and so are tasks that somebody holds while their first step is claimed: a claim waits for nothing, so it can be in no
-- deadlock. A task passed over is moved out of pending by the first outcome of its steps instead.
--
-- p_queues null serves every queue that a template ever named. p_without: step templates whose handler this process lacks.
-- Answers {steps: [...], tasks: [{id, from, to}]}.
create or replace function __schema__.claim_steps(
  p_worker_id bigint,
  p_want integer,
  p_queues text[],
  p_without bigint[]
) returns json language plpgsql as $$
declare
  v_due bigint[];
  v_steps json;
  v_pending bigint[];
  v_tasks json;
begin
  v_due := __schema__.lock_due_steps(p_want, coalesce(p_queues, array(select name from __schema__.queues)), p_without);
  if cardinality(v_due) = 0 then
    return null;
  end if;

  with taken as (
    update __schema__.ready_steps r set worker_id = p_worker_id, attempt = r.attempt + 1
    from unnest(v_due) d (workflow_step_id)
    where r.workflow_step_id = d.workflow_step_id
    returning r.workflow_step_id, r.attempt, r.retrying, r.task_namespace_id
  ),
  started as (
    update __schema__.workflow_steps s set
      state = 'in_progress', attempts = k.attempt, last_attempted_at = now(), updated_at = now()
    from taken k
    where s.workflow_step_id = k.workflow_step_id
    returning s.workflow_step_id, s.task_id, s.step_template_id, s.attempts, s.retry_limit, s.inputs,
      case when k.retrying then 'error' else 'pending' end as from_state, k.task_namespace_id
  ),
  history as (
    insert into __schema__.workflow_step_transitions (workflow_step_id, task_id, from_state, to_state, attempt, worker_id)
    select s.workflow_step_id, s.task_id, s.from_state, 'in_progress', s.attempts, p_worker_id from started s
  ),
  counted as (
    insert into __schema__.state_total_deltas (task_namespace_id, kind, state, delta)
    select s.task_namespace_id, 'step', change.state, sum(change.delta)
    from started s cross join lateral (values (s.from_state, -1), ('in_progress', 1)) change (state, delta)
    group by s.task_namespace_id, change.state
  )
  select
    json_agg(json_build_object(
      'id', s.workflow_step_id::text, 'taskId', s.task_id::text, 'templateId', s.step_template_id::text,
      'attempt', s.attempts, 'retryLimit', s.retry_limit, 'from', s.from_state,
      'context', coalesce(s.inputs, t.context), 'results', parents.results,
      'initiator', t.initiator, 'sourceSystem', t.source_system, 'reason', t.reason, 'tags', t.tags,
      'requestedAt', t.requested_at
    )),
    array_agg(distinct t.task_id) filter (where t.state = 'pending')
  into v_steps, v_pending
  from started s
  join __schema__.tasks t on t.task_id = s.task_id
  cross join lateral (
    select json_object_agg(p.step_template_id, p.results) as results
    from __schema__.workflow_step_edges e
    join __schema__.workflow_steps p on p.workflow_step_id = e.from_step_id
    where e.to_step_id = s.workflow_step_id
  ) parents;

  if v_pending is not null then
    v_tasks := __schema__.begin_tasks(v_pending);
  end if;
  return json_build_object('steps', v_steps, 'tasks', coalesce(v_tasks, '[]'));
end $$;
