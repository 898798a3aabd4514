-- advance_apart: does the work of an advance that was refused, in separate parts: each outcome, each claim, the limits
-- and the deadlines can be refused separately (see record_apart and claim_apart).
-- Returns {advanced: the answer of advance without facts, facts: see record_outcomes, or null, limitOpensIn, outcomes:
-- refusals of record_apart, claims: refusals of claim_apart, limits and deadlines: {sqlState, message} or null}.
create or replace function __schema__.advance_apart(
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
  p_without bigint[],
  p_scarce bigint[],
  p_scarce_want integer,
  p_max_bytes bigint,
  p_sensitive text[] default null
) returns json language plpgsql as $$
declare
  v_facts json;
  v_refused jsonb := '[]';
  v_claim record;
begin
  perform pg_advisory_xact_lock_shared(__schema__.advance_lock(p_worker_id)); -- before anything that may wait, as in advance
  if cardinality(p_step_ids) > 0 then
    select r.facts, r.refused into v_facts, v_refused
    from __schema__.record_apart(
      p_worker_id, p_step_ids, p_task_ids, p_attempts, p_kinds, p_results, p_errors, p_after_seconds, null,
      p_sensitive
    ) r;
  end if;
  select c.answer, c.limit_opens_in, c.faults into v_claim
  from __schema__.claim_apart(p_worker_id, p_want, p_queues, p_without, p_scarce, p_scarce_want, p_max_bytes) c;
  return json_build_object(
    'advanced', v_claim.answer,
    'facts', v_facts,
    'limitOpensIn', v_claim.limit_opens_in,
    'outcomes', v_refused,
    'claims', v_claim.faults -> 'refused',
    'limits', v_claim.faults -> 'limits',
    'deadlines', v_claim.faults -> 'deadlines'
  );
end $$;

select __schema__._pin_planner('advance_apart');
