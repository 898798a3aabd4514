-- postpone_refused: postpones steps whose claim was refused by half a minute. Part of claim_apart.
-- Returns the list of refusals, each with isLater: whether the step could be postponed. For steps with a limit, a check
-- is scheduled for that time.
create or replace function __schema__.postpone_refused(p_refused jsonb) returns jsonb language plpgsql as $$
declare
  v_one jsonb;
  v_is_later boolean;
  v_answer jsonb := '[]';
begin
  for v_one in select r.one from jsonb_array_elements(p_refused) r (one) loop
    v_is_later := false;
    if v_one ->> 'sqlState' ~ '^(22|23|44|54|P0)' then
      begin
        with later as (
          update __schema__.ready_steps r set run_at = now() + interval '30 seconds'
          where r.workflow_step_id = (v_one ->> 'stepId')::bigint and r.worker_id is null
          returning r.limit_key, r.lane_id, r.run_at
        )
        insert into __schema__.limit_checks (limit_key, lane_id, due_at)
        select l.limit_key, l.lane_id, l.run_at from later l where l.limit_key is not null;
        v_is_later := true;
      exception when others then
        if not __schema__.is_of_one_part(sqlstate) then
          raise;
        end if;
      end;
    end if;
    v_answer := v_answer || (v_one || jsonb_build_object('isLater', v_is_later));
  end loop;
  return v_answer;
end $$;
