-- reap_lost_workers: declares workers lost whose heartbeat is older than their lease, and takes back their steps: the
-- attempt counts as failed with the reason worker_lost, and the step runs again at once if it has attempts left.
--
-- A worker that was declared lost or stopped during the commit of a claim may still hold a step. So its steps are
-- searched for until it has been gone for an hour and holds none. Seven days later, its row is removed. Locked tasks
-- are skipped until the next time: their lock may belong to a session that hangs, and a worker that waited for it would
-- be late with its own heartbeat. If the failure of a step is refused, for example by a trigger of the host, the other
-- steps are still taken back (see record_apart).
-- Returns {workers: [id], steps: [{workerId, stepId, taskId, step, namespace, name, version, attempt, error, retryAt:
-- null if its attempts are used up}], tasks: [{id, from, to}], refusals: [{stepId, taskId, sqlState, message}]}.
create or replace function __schema__.reap_lost_workers()
returns json language plpgsql as $$
declare
  v_lost bigint[];
  v_gone bigint[];
  v_holders bigint[];
  v_step_ids bigint[];
  v_locked bigint[];
  v_held record;
  v_recorded record;
  v_refused jsonb := '[]';
  v_steps jsonb := '[]';
  v_tasks jsonb := '[]';
begin
  with expired as (
    select worker_id from __schema__.workers
    where lost_at is null and stopped_at is null
      and last_heartbeat_at < now() - make_interval(secs => lease_seconds)
    order by worker_id for no key update skip locked
  ),
  declared as (
    update __schema__.workers w set lost_at = now() from expired e where w.worker_id = e.worker_id
    returning w.worker_id
  )
  select array_agg(worker_id) into v_lost from declared;

  delete from __schema__.workers where coalesce(lost_at, stopped_at) < now() - interval '7 days' and cleared_at is not null;
  v_gone := array(
    select worker_id from __schema__.workers where coalesce(lost_at, stopped_at) is not null and cleared_at is null
  );
  if cardinality(v_gone) = 0 then
    return json_build_object('workers', '[]'::json, 'steps', '[]'::json, 'tasks', '[]'::json, 'refusals', '[]'::json);
  end if;
  select coalesce(array_agg(r.workflow_step_id), '{}'), coalesce(array_agg(r.worker_id), '{}') into v_step_ids, v_holders
  from __schema__.ready_steps r where r.worker_id = any (v_gone);
  update __schema__.workers set cleared_at = now()
  where worker_id = any (v_gone) and coalesce(lost_at, stopped_at) < now() - interval '1 hour'
    and worker_id <> all (v_holders);

  -- The tasks of all these workers are locked together, because one worker after the other would break the order of
  -- locks.
  v_locked := array(
    select t.task_id from __schema__.tasks t
    where t.task_id = any (array(
      select s.task_id from unnest(v_step_ids) h (workflow_step_id)
      join __schema__.workflow_steps s on s.workflow_step_id = h.workflow_step_id
    ))
    order by t.task_id for no key update skip locked
  );

  for v_held in
    select r.worker_id, array_agg(r.workflow_step_id) as step_ids, array_agg(r.task_id) as task_ids,
      array_agg(r.attempt) as attempts, array_agg('retry'::text) as kinds, array_agg(null::text) as results,
      array_agg(json_build_object(
        'message', format('worker %s went silent while it ran this step', r.worker_id),
        'code', 'WORKER_LOST', 'class', 'WorkerLost', 'permanent', false, 'context', '{}'::json
      )::text) as errors,
      array_agg(0::double precision) as after_seconds
    from unnest(v_step_ids) h (workflow_step_id)
    join __schema__.ready_steps r on r.workflow_step_id = h.workflow_step_id
    where r.worker_id = any (v_gone) and r.task_id = any (v_locked)
    group by r.worker_id
  loop
    select r.facts, r.refused into v_recorded from __schema__.record_apart(
      v_held.worker_id, v_held.step_ids, v_held.task_ids, v_held.attempts, v_held.kinds, v_held.results, v_held.errors,
      v_held.after_seconds, 'worker_lost'
    ) r;
    v_tasks := v_tasks || (v_recorded.facts -> 'tasks')::jsonb;
    v_refused := v_refused || coalesce((
      select jsonb_agg(jsonb_build_object(
        'stepId', v_held.step_ids[(f ->> 'position')::integer]::text,
        'taskId', v_held.task_ids[(f ->> 'position')::integer]::text, 'sqlState', f -> 'sqlState', 'message', f -> 'message'
      ))
      from jsonb_array_elements(v_recorded.refused) f where f ->> 'error' is null
    ), '[]');
    v_steps := v_steps || coalesce((
      select jsonb_agg(jsonb_build_object(
        'workerId', v_held.worker_id::text, 'stepId', s.workflow_step_id::text, 'taskId', s.task_id::text, 'step', n.name,
        'namespace', ns.name, 'name', nt.name, 'version', nt.version, 'attempt', s.attempts - s.attempts_before,
        'error', __schema__.failure_of(s.error), 'retryAt', __schema__.instant_text(r.run_at)
      ))
      from __schema__.workflow_steps s
      join __schema__.named_steps n on n.named_step_id = s.named_step_id
      join __schema__.tasks t on t.task_id = s.task_id
      join __schema__.named_tasks nt on nt.named_task_id = t.named_task_id
      join __schema__.task_namespaces ns on ns.task_namespace_id = t.task_namespace_id
      left join __schema__.ready_steps r on r.workflow_step_id = s.workflow_step_id
      where s.workflow_step_id = any (v_held.step_ids) and r.worker_id is null -- not refused
    ), '[]');
  end loop;

  return json_build_object(
    'workers', (select coalesce(json_agg(w::text), '[]') from unnest(v_lost) w), 'steps', v_steps, 'tasks', v_tasks,
    'refusals', v_refused
  );
end $$;

select __schema__._pin_planner('reap_lost_workers');
