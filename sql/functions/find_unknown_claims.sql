-- find_unknown_claims: the steps that are leased to a worker at another attempt than it knows. Reads the whole queue a
-- few times a minute: an index would cost more, because every claim would have to write it.
create or replace function __schema__.find_unknown_claims(
  p_worker_id bigint, p_known_step_ids bigint[], p_known_attempts integer[]
) returns bigint[] language sql
set enable_seqscan = on
as $$
  select array(
    select r.workflow_step_id from __schema__.ready_steps r
    where r.worker_id = p_worker_id and (r.workflow_step_id, r.attempt) not in (
      select k.workflow_step_id, k.attempt from unnest(p_known_step_ids, p_known_attempts) k (workflow_step_id, attempt)
    )
  );
$$;
