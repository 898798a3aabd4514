-- claim_apart: claims steps for advance if a part of the claim was refused, by a trigger or rule of the host, or
-- because a table that only limits or deadlines need cannot be used. Limits and deadlines can fail separately: steps
-- without a limit are claimed anyway. Due steps that are refused on their own are left out.
--
-- A step that is refused for its data (classes 22, 23, 44, 54, P0), while others are not, is due again half a minute
-- later for all workers, so that it does not stay at the front of the queue for ever. If all are refused, nothing is
-- changed, because the fault may lie in this worker's session.
--
-- Returns the answer of advance with limitOpensIn, and {refused: [{stepId, taskId, sqlState, message, isLater}],
-- limits: {sqlState, message} or null, deadlines: the same}.
create or replace function __schema__.claim_apart(
  p_worker_id bigint,
  p_want integer,
  p_queues text[],
  p_without bigint[],
  p_scarce bigint[],
  p_scarce_want integer,
  p_max_bytes bigint,
  out answer json,
  out limit_opens_in double precision,
  out faults jsonb
) language plpgsql as $$
declare
  v_lanes integer[];
  v_namespaces bigint[];
  v_expired bigint[] := '{}';
  v_limited bigint[] := '{}';
  v_limits jsonb;
  v_limits_fault jsonb;
  v_deadlines_fault jsonb;
  v_due bigint[];
  v_good bigint[] := '{}';
  v_refused jsonb := '[]';
  v_looked_at bigint[] := '{}';
  v_count integer;
  v_step_id bigint;
begin
  if p_want <= 0 then
    answer := __schema__.advance(
      p_worker_id, '{}', '{}', '{}', '{}', '{}', '{}', '{}', 0, p_queues, p_without, p_scarce, p_scarce_want,
      p_max_bytes
    );
    faults := '{"refused": []}';
    return;
  end if;
  select coalesce(array_agg(lane_id), '{}'), coalesce(array_agg(task_namespace_id), '{}') into v_lanes, v_namespaces
  from __schema__.lanes where p_queues is null or queue = any (p_queues);
  begin
    v_expired := array(
      select d.task_id from __schema__.task_deadlines d join __schema__.tasks t on t.task_id = d.task_id
      where d.deadline_at <= now() and t.state in ('pending', 'in_progress')
    );
  exception when others then
    if not __schema__.is_of_one_part(sqlstate) then
      raise;
    end if;
    v_deadlines_fault := jsonb_build_object('sqlState', sqlstate, 'message', sqlerrm);
  end;
  begin
    select l.step_ids, l.limits into v_limited, v_limits
    from __schema__.lock_limited_steps((p_want + 1) / 2, v_lanes, p_without, v_expired) l;
    v_limited := v_limited[:p_want];
    begin
      perform __schema__.count_limited_starts(v_limits, v_limited);
      raise exception using errcode = 'TK000'; -- undoes the try
    exception when sqlstate 'TK000' then null;
    end;
  exception when others then
    if not __schema__.is_of_one_part(sqlstate) then
      raise;
    end if;
    v_limited := '{}';
    v_limits := '[]';
    v_limits_fault := jsonb_build_object('sqlState', sqlstate, 'message', sqlerrm);
  end;
  v_due := v_limited || __schema__.lock_due_steps(
    p_want - cardinality(v_limited), v_lanes, v_namespaces, p_without, v_expired
  );
  begin
    answer := __schema__.advance(
      p_worker_id, '{}', '{}', '{}', '{}', '{}', '{}', '{}', p_want, p_queues, p_without, p_scarce, p_scarce_want,
      p_max_bytes, v_due
    );
    set constraints all immediate; -- deferred constraints of the host must not fail at the commit
    set constraints all deferred;
  exception when others then
    if not __schema__.is_of_one_part(sqlstate) then
      raise;
    end if;
  end;

  if answer is null then
    -- Each claim is tried and undone. If some are refused, steps of other tasks are tried.
    for v_round in 1 .. 5 loop
      v_count := jsonb_array_length(v_refused);
      foreach v_step_id in array v_due loop
        begin
          perform __schema__.advance(
            p_worker_id, '{}', '{}', '{}', '{}', '{}', '{}', '{}', 1, p_queues, p_without, '{}', 0, p_max_bytes,
            array[v_step_id]
          );
          set constraints all immediate;
          raise exception using errcode = 'TK000';
        exception
          when sqlstate 'TK000' then
            v_good := v_good || v_step_id;
          when others then
            if not __schema__.is_of_one_part(sqlstate) then
              raise;
            end if;
            v_refused := v_refused || (
              select jsonb_build_object(
                'stepId', r.workflow_step_id::text, 'taskId', r.task_id::text, 'sqlState', sqlstate, 'message', sqlerrm
              )
              from __schema__.ready_steps r where r.workflow_step_id = v_step_id
            );
        end;
      end loop;
      exit when jsonb_array_length(v_refused) = v_count or cardinality(v_good) >= p_want;
      v_looked_at := v_looked_at || array(
        select r.task_id from __schema__.ready_steps r where r.workflow_step_id = any (v_due)
      );
      v_due := __schema__.lock_due_steps(
        p_want - cardinality(v_good), v_lanes, v_namespaces, p_without, v_expired || v_looked_at
      );
    end loop;
    -- Claims that succeed alone may still be refused together.
    while cardinality(v_good) > 0 loop
      begin
        answer := __schema__.advance(
          p_worker_id, '{}', '{}', '{}', '{}', '{}', '{}', '{}', p_want, p_queues, p_without, p_scarce, p_scarce_want,
          p_max_bytes, v_good
        );
        set constraints all immediate;
        set constraints all deferred;
        exit;
      exception when others then
        if not __schema__.is_of_one_part(sqlstate) then
          raise;
        end if;
        v_good := v_good[:cardinality(v_good) / 2];
      end;
    end loop;
    if answer is null then
      answer := __schema__.advance(
        p_worker_id, '{}', '{}', '{}', '{}', '{}', '{}', '{}', 0, p_queues, p_without, p_scarce, p_scarce_want,
      p_max_bytes
      );
    else
      v_refused := __schema__.postpone_refused(v_refused);
    end if;
  end if;

  limit_opens_in := __schema__.count_limited_starts(v_limits, array(
    select r.workflow_step_id from __schema__.ready_steps r
    where r.workflow_step_id = any (v_limited) and r.worker_id = p_worker_id
  ));
  faults := jsonb_build_object('refused', v_refused, 'limits', v_limits_fault, 'deadlines', v_deadlines_fault);
end $$;
