-- record_apart: does the work of record_outcomes for a batch of which a part may be refused. The whole batch is tried
-- first; if it is refused, each outcome is recorded separately. The caller has pinned the planner (see _pin_planner).
--
-- An outcome that is refused for its data (classes 22, 23, 44, 54, P0), for example by a trigger or rule of the host,
-- is replaced by a failure in plain ASCII that says so, and which is retried like the original outcome. If that is
-- refused too, or if the error is of another class, nothing is recorded: the step stays leased to the worker.
--
-- Returns the facts of record_outcomes, and the refusals: [{position, sqlState, message, error: JSON text of the
-- failure that was recorded instead, or null}].
create or replace function __schema__.record_apart(
  p_worker_id bigint,
  p_step_ids bigint[],
  p_task_ids bigint[],
  p_attempts integer[],
  p_kinds text[],
  p_results text[],
  p_errors text[],
  p_after_seconds double precision[],
  p_reason text,
  p_sensitive text[] default null,
  out facts json,
  out refused jsonb
) language plpgsql as $$
declare
  v_at integer;
  v_kind text;
  v_results text;
  v_error text;
  v_sensitive text[];
  v_failure text;
  v_state text;
  v_message text;
  v_facts json;
  v_stale jsonb := '[]';
  v_retries jsonb := '[]';
  v_tasks jsonb := '[]';
  v_settled jsonb := '[]';
  v_freed integer := 0;
begin
  refused := '[]';
  begin
    select r.facts into facts from __schema__.record_outcomes(
      p_worker_id, p_step_ids, p_task_ids, p_attempts, p_kinds, p_results, p_errors, p_after_seconds, p_reason,
      0, '{}', '{}', '{}', p_sensitive
    ) r;
    set constraints all immediate; -- deferred constraints of the host must not fail at the commit
    set constraints all deferred;
    return;
  exception when others then
    if not __schema__.is_of_one_part(sqlstate) then
      raise;
    end if;
  end;
  -- In the order of locks.
  for v_at in select t.at from unnest(p_task_ids) with ordinality t (task_id, at) order by t.task_id, t.at loop
    v_kind := p_kinds[v_at];
    v_results := p_results[v_at];
    v_error := p_errors[v_at];
    v_sensitive := p_sensitive[v_at:v_at];
    v_failure := null;
    loop
      begin
        select r.facts into v_facts from __schema__.record_outcomes(
          p_worker_id, p_step_ids[v_at:v_at], p_task_ids[v_at:v_at], p_attempts[v_at:v_at], array[v_kind],
          array[v_results], array[v_error], p_after_seconds[v_at:v_at], p_reason, 0, '{}', '{}', '{}',
          v_sensitive
        ) r;
        set constraints all immediate;
        set constraints all deferred;
        if json_array_length(v_facts -> 'stale') > 0 then
          v_stale := v_stale || to_jsonb(v_at);
        end if;
        v_retries := v_retries || coalesce((
          select jsonb_agg(jsonb_build_object('position', v_at, 'runAt', e -> 'runAt'))
          from json_array_elements(v_facts -> 'retries') e
        ), '[]');
        v_tasks := v_tasks || (v_facts -> 'tasks')::jsonb;
        v_settled := v_settled || (v_facts -> 'settled')::jsonb;
        v_freed := v_freed + (v_facts ->> 'freed')::integer;
        exit;
      exception when others then
        if not __schema__.is_of_one_part(sqlstate) then
          raise;
        end if;
        if v_failure is null then -- the first refusal explains more than that of the failure
          v_state := sqlstate;
          v_message := sqlerrm;
        end if;
        if v_failure is not null or v_kind = 'release' or v_state !~ '^(22|23|44|54|P0)' then
          v_failure := null;
          exit;
        end if;
        v_failure := json_build_object(
          'message', format(
            'The database refused the outcome of this step (SQLSTATE %s): %s', v_state,
            left(regexp_replace(v_message, '[^ -~]+', '?', 'g'), 1000)
          ),
          'code', 'OUTCOME_REFUSED', 'class', 'OutcomeRefused', 'permanent', v_kind <> 'retry',
          'context', '{}'::json, 'stack', null
        );
        v_kind := case v_kind when 'retry' then 'retry' else 'error' end;
        v_results := null;
        v_error := v_failure;
        v_sensitive := null;
      end;
    end loop;
    if v_state is not null then
      refused := refused || jsonb_build_object(
        'position', v_at, 'sqlState', v_state, 'message', v_message, 'error', v_failure
      );
      v_state := null;
    end if;
  end loop;
  facts := json_build_object(
    'stale', v_stale, 'retries', v_retries, 'tasks', v_tasks, 'settled', v_settled, 'freed', v_freed
  );
end $$;
