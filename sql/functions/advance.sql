-- advance: the one transaction of a worker. Writes down what it finished, then claims what it can take on more.
--
-- The planner is pinned: each statement is driven by the batch through indexes, which is right from one step to
-- thousands and on empty and on full tables alike. Left to itself it plans by the table sizes of the moment, and a plan
-- made while tables were empty (whole-table scans and hashes) stays cached when they are full.
--
-- Answers {lost, facts, claimed}; lost: the worker was declared dead and must register anew, nothing was claimed.
create or replace function __schema__.advance(
  p_worker_id bigint,
  p_step_ids bigint[],
  p_task_ids bigint[],
  p_attempts integer[],
  p_kinds text[],
  p_results text[],
  p_errors text[],
  p_after_seconds double precision[],
  p_want integer,
  p_queues text[],
  p_without bigint[]
) returns json language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_bitmapscan = off
set jit = off
as $$
declare
  v_facts json;
  v_claimed json;
  v_lost boolean;
begin
  if cardinality(p_step_ids) > 0 then
    v_facts := __schema__.record_outcomes(
      p_worker_id, p_step_ids, p_task_ids, p_attempts, p_kinds, p_results, p_errors, p_after_seconds, null
    );
  end if;
  v_lost := not exists (
    select 1 from __schema__.workers w
    where w.worker_id = p_worker_id and w.lost_at is null and w.stopped_at is null
  );
  if p_want > 0 and not v_lost then
    v_claimed := __schema__.claim_steps(p_worker_id, p_want, p_queues, p_without);
  end if;
  return json_build_object('lost', v_lost, 'facts', v_facts, 'claimed', v_claimed);
end $$;
