-- start_and_claim: calls start_tasks and, in the same transaction, advance without outcomes, so that an idle process
-- begins the tasks that it starts without a second round trip and commit. The order of urgency applies: more urgent due
-- steps are claimed first.
--
-- If a named task does not exist, nothing is started or claimed, and the answer is a refusal (see refuse). Otherwise
-- returns {started: [{id, state, created}], advanced: the answer of advance}.
create or replace function __schema__.start_and_claim(
  p_worker_id bigint,
  p_want integer,
  p_queues text[],
  p_without bigint[],
  p_scarce bigint[],
  p_scarce_want integer,
  p_max_bytes bigint,
  p_named_task_ids bigint[],
  p_contexts text[],
  p_initiators text[],
  p_source_systems text[],
  p_reasons text[],
  p_tags text[],
  p_priorities smallint[],
  p_extras text[]
) returns json language plpgsql as $$
declare
  v_started json;
begin
  perform pg_advisory_xact_lock_shared(__schema__.advance_lock(p_worker_id)); -- before anything that may wait, as in advance
  select json_agg(json_build_object('id', s.task_id::text, 'state', s.state, 'created', s.created)) into v_started
  from __schema__.start_tasks(
    p_named_task_ids, p_contexts, p_initiators, p_source_systems, p_reasons, p_tags, p_priorities, p_extras
  ) s;
  if (v_started #> '{0,state}')::text = 'null' then
    return json_build_object('refused', json_build_object('kind', 'unknown_named_task', 'namedTaskId', v_started #> '{0,id}'));
  end if;
  return json_build_object(
    'started', v_started,
    'advanced', __schema__.advance(
      p_worker_id, '{}', '{}', '{}', '{}', '{}', '{}', '{}', p_want, p_queues, p_without, p_scarce,
      p_scarce_want, p_max_bytes
    )
  );
end $$;
