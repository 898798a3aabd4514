-- describe_claims: what the handlers of claimed steps need, as rows without keys, since a batch repeats them:
-- [step id, task id, step template id, number of the attempt, attempts before the latest reset, retry limit, state claimed
-- from, context, results of the parents by the id of their step template, initiator, source system, reason, tags,
-- requested at]. Part of advance.
create or replace function __schema__.describe_claims(p_step_ids bigint[], p_from_states text[])
returns json language plpgsql as $$
begin
  if cardinality(p_step_ids) = 0 then
    return '[]';
  end if;
  return (
    select json_agg(json_build_array(
      s.workflow_step_id::text, s.task_id::text, s.step_template_id::text, s.attempts, s.attempts_before,
      s.retry_limit - s.attempts_before, c.from_state,
      t.context, parents.results,
      t.initiator, t.source_system, t.reason, t.tags, t.requested_at
    ))
    from unnest(p_step_ids, p_from_states) c (workflow_step_id, from_state)
    join __schema__.workflow_steps s on s.workflow_step_id = c.workflow_step_id
    join __schema__.tasks t on t.task_id = s.task_id
    cross join lateral (
      select json_object_agg(p.step_template_id, p.results) as results
      from __schema__.workflow_step_edges e
      join __schema__.workflow_steps p on p.workflow_step_id = e.from_step_id
      where e.to_step_id = s.workflow_step_id
    ) parents
  );
end $$;
