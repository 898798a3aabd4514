-- record_transactional: records the success of an attempt in the transaction of its handler, so that both commit
-- together. Refuses (see refuse) if the step is no longer leased to this worker at this attempt; the caller must then
-- roll back. Times are read from the clock and not from the transaction, which is as old as the handler's work. The
-- commit must follow within the lease of the worker: a process that hangs here would lock the row of its task for ever.
-- Returns the facts of record_outcomes.
create or replace function __schema__.record_transactional(
  p_worker_id bigint, p_step_id bigint, p_task_id bigint, p_attempt integer, p_results text,
  p_sensitive text default null
) returns json language plpgsql as $$
declare
  v_facts json;
begin
  select r.facts into v_facts from __schema__.record_outcomes(
    p_worker_id, array[p_step_id], array[p_task_id], array[p_attempt], array['complete'], array[p_results],
    array[null::text], array[null::double precision], null, 0, '{}', '{}', '{}',
    case when p_sensitive is not null then array[p_sensitive] end
  ) r;
  if json_array_length(v_facts -> 'stale') > 0 then
    return json_build_object('refused', json_build_object(
      'kind', 'stale_step', 'stepId', p_step_id::text, 'workerId', p_worker_id::text, 'attempt', p_attempt
    ));
  end if;
  if current_setting('idle_in_transaction_session_timeout') = '0' then
    perform set_config('idle_in_transaction_session_timeout', ceil(w.lease_seconds * 1000)::text, true)
    from __schema__.workers w where w.worker_id = p_worker_id;
  end if;
  return v_facts;
end $$;

select __schema__._pin_planner('record_transactional');
