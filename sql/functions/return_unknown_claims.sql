-- return_unknown_claims: hands back the steps that a worker holds without knowing, because the answer of advance was
-- lost with the connection after the commit. A worker also calls it with each heartbeat, so that no race between
-- claims, losses and outcomes leaves a step leased that nobody runs. It passes the attempts that it knows, and not the
-- steps, because it may know an earlier attempt of a step. The attempts do not count. If one is refused, the others are
-- still handed back. Locked tasks are skipped until the next time, because the lock may belong to a session that hangs.
-- Returns the number of steps; null if a lost advance may still be running, in a session that the server has not ended
-- yet: then call it again.
create or replace function __schema__.return_unknown_claims(
  p_worker_id bigint, p_known_step_ids bigint[], p_known_attempts integer[]
) returns integer language plpgsql as $$
declare
  v_unknown bigint[];
  v_held record;
  v_refused integer;
begin
  if not pg_try_advisory_xact_lock(__schema__.advance_lock(p_worker_id)) then
    return null;
  end if;
  v_unknown := __schema__.find_unknown_claims(p_worker_id, p_known_step_ids, p_known_attempts);
  if v_unknown = '{}' then
    return 0;
  end if;
  select array_agg(r.workflow_step_id) as step_ids, array_agg(r.task_id) as task_ids, array_agg(r.attempt) as attempts,
    array_agg('release'::text) as kinds, array_agg(null::text) as texts, array_agg(0::double precision) as after_seconds
  into v_held
  from __schema__.ready_steps r
  where r.workflow_step_id = any (v_unknown) and r.worker_id = p_worker_id and r.task_id = any (array(
    select t.task_id from __schema__.tasks t
    where t.task_id = any (array(
      select x.task_id from __schema__.ready_steps x where x.workflow_step_id = any (v_unknown)
    ))
    order by t.task_id for no key update skip locked
  ));
  if v_held.step_ids is null then
    return 0;
  end if;
  select jsonb_array_length(r.refused) into v_refused from __schema__.record_apart(
    p_worker_id, v_held.step_ids, v_held.task_ids, v_held.attempts, v_held.kinds, v_held.texts, v_held.texts,
    v_held.after_seconds, 'claim_answer_lost'
  ) r;
  return cardinality(v_held.step_ids) - v_refused;
end $$;

select __schema__._pin_planner('return_unknown_claims');
