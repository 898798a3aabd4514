-- describe_claims: the data that the handlers of claimed steps need. Part of advance. A value that several steps need
-- is included once. Rows have no keys, because a batch would repeat them, and ids are not keys either, because V8 is
-- slow to parse objects whose keys are numbers (see bench/RESULTS.md): {steps: [[step id, task id, step template id,
-- number of the attempt, attempts before the latest reset, retry limit, state
--   claimed from]],
-- tasks: [[task id, context, initiator, source system, reason, tags, requested at]], parents: [[step id, step template
-- id, results]], edges: [[step id, id of a parent]], tooLarge: {step id: bytes}: steps that come without task and
-- parents, as each alone is larger than p_max_bytes}.
--
-- p_max_bytes: null for any size. Otherwise, null is returned if the stored sizes do not prove that the answer is
-- smaller; they do for most claims, without unpacking values. p_too_large: the steps that measure_claims found too
-- large.
create or replace function __schema__.describe_claims(
  p_step_ids bigint[],
  p_from_states text[],
  p_max_bytes bigint,
  p_too_large jsonb
) returns json language plpgsql as $$
declare
  v_claims json;
begin
  with step as materialized (
    select s.workflow_step_id, s.task_id, s.step_template_id, s.attempts, s.attempts_before, s.retry_limit, c.from_state,
      p_too_large ? s.workflow_step_id::text as is_too_large
    from unnest(p_step_ids, p_from_states) c (workflow_step_id, from_state)
    join __schema__.workflow_steps s on s.workflow_step_id = c.workflow_step_id
  ),
  edge as materialized (
    select e.to_step_id, e.from_step_id from __schema__.workflow_step_edges e
    where e.to_step_id = any (p_step_ids) and (p_too_large ? e.to_step_id::text) is not true
  ),
  -- An index searches for each value of an array only once, even if it is repeated.
  task as materialized (
    select t.task_id, t.context, t.initiator, t.source_system, t.reason, t.tags, t.requested_at from __schema__.tasks t
    where t.task_id = any (array(select s.task_id from step s where s.is_too_large is not true))
  ),
  parent as materialized (
    select p.workflow_step_id, p.step_template_id, p.results from __schema__.workflow_steps p
    where p.workflow_step_id = any (array(select e.from_step_id from edge e))
  )
  select case when p_max_bytes is null or (
    select 4096 * count(*) + coalesce(sum(__schema__.json_bound(t.context) + __schema__.json_bound(t.tags)), 0) from task t
  ) + (
    select 128 * count(*) + coalesce(sum(__schema__.json_bound(p.results)), 0) from parent p
  ) + 256 * cardinality(p_step_ids) + (select 64 * count(*) from edge) <= p_max_bytes
  then json_build_object(
    'steps', (
      select json_agg(json_build_array(
        s.workflow_step_id::text, s.task_id::text, s.step_template_id::text, s.attempts, s.attempts_before,
        s.retry_limit - s.attempts_before, s.from_state
      ))
      from step s
    ),
    'tasks', (
      select json_agg(json_build_array(
        t.task_id::text, t.context, t.initiator, t.source_system, t.reason, t.tags, t.requested_at
      ))
      from task t
    ),
    'parents', (
      select json_agg(json_build_array(p.workflow_step_id::text, p.step_template_id::text, p.results)) from parent p
    ),
    'edges', (select json_agg(json_build_array(e.to_step_id::text, e.from_step_id::text)) from edge e),
    'tooLarge', p_too_large
  ) end into v_claims;
  return v_claims;
end $$;
