-- find_revoked_steps: the attempts of a worker that are no longer leased to it, with the states of their steps.
create or replace function __schema__.find_revoked_steps(p_worker_id bigint, p_step_ids bigint[], p_attempts integer[])
returns table (workflow_step_id bigint, attempt integer, state text) language sql stable as $$
  select m.workflow_step_id, m.attempt, s.state
  from unnest(p_step_ids, p_attempts) m (workflow_step_id, attempt)
  left join __schema__.workflow_steps s on s.workflow_step_id = m.workflow_step_id
  where not exists (
    select 1 from __schema__.ready_steps r
    where r.workflow_step_id = m.workflow_step_id and r.worker_id = p_worker_id and r.attempt = m.attempt
  );
$$;
