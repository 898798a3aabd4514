-- audited: stores an entry of the audit log about an operation, given its answer, which it returns. The call of the
-- operation's own function is its first argument, so both take place in one statement.
-- p_entry: see note_audit_entry. The outcome, the error and what changed follow from the answer. If that says that the
-- object does not exist, or that the input is invalid, nothing was tried and no entry is stored.
create or replace function __schema__.audited(p_answer anyelement, p_entry jsonb)
returns anyelement language plpgsql as $$
declare
  v_answer jsonb := to_jsonb(p_answer);
  v_kind text := v_answer #>> '{refused,kind}';
  v_fault text := v_answer ->> 'fault';
  v_change jsonb;
begin
  if v_answer is null or v_answer in ('null', 'false') or v_kind like 'unknown%' or v_kind = 'answer_too_large'
    or v_fault in ('expired', 'too_many') then
    return p_answer;
  end if;
  if v_answer -> 'changed' = 'true' and v_answer -> 'steps' = '[]' and v_answer -> 'tasks' = '[]' then
    v_change := (
      select o.details from __schema__.operator_actions o where o.task_id = (p_entry ->> 'taskId')::bigint
      order by o.operator_action_id desc limit 1
    );
  end if;
  perform __schema__.note_audit_entry(p_entry || jsonb_build_object(
    'id', coalesce(p_entry ->> 'id', v_answer ->> 'id', case jsonb_typeof(v_answer) when 'number' then v_answer #>> '{}' end),
    'outcome', case
      when v_kind is not null or v_fault is not null then 'refused'
      when v_answer -> 'changed' = 'false' then 'unchanged'
      else 'done'
    end,
    'code', case coalesce(v_kind, v_fault)
      when 'action' then 'TASKER_ACTION_REFUSED'
      when 'stale_revision' then 'TASKER_STALE_REVISION'
      when 'ended' then 'TASKER_ENDED_API_TOKEN'
      when 'exceeds' then 'TASKER_API_TOKEN_EXCEEDS_USER'
    end,
    'details', coalesce(p_entry -> 'details', '{}') || jsonb_strip_nulls(jsonb_build_object(
      'tasks', __schema__.audited_moves(v_answer -> 'tasks', 'id'),
      'steps', __schema__.audited_moves(v_answer -> 'steps', 'stepId'),
      'newTaskId', case when p_entry ->> 'operation' = 'rerunTask' then v_answer ->> 'id' end,
      'state', v_answer #>> '{refused,state}'
    )) || coalesce(v_change, '{}')
  ));
  return p_answer;
end $$;
