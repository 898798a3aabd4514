-- note_audit_entry: stores an entry of the audit log, which counts if the transaction commits.
-- p_entry: {operation, permission, face, actor, method, tokenId, correlationId, kind, id, taskId, namespace, outcome,
--   code, details, at: now if null}. A step is given by name or id. If the entry names a task, its namespace counts.
create or replace function __schema__.note_audit_entry(p_entry jsonb) returns void language plpgsql as $$
declare
  v_task_id bigint := (p_entry ->> 'taskId')::bigint;
  v_kind text := p_entry ->> 'kind';
  v_id text := p_entry ->> 'id';
  v_namespace text;
begin
  if v_task_id is not null then
    v_namespace := (
      select ns.name from __schema__.tasks t
      join __schema__.task_namespaces ns on ns.task_namespace_id = t.task_namespace_id
      where t.task_id = v_task_id
    );
  end if;
  if v_namespace is null and p_entry ->> 'namespace' is not null then
    -- A name that a caller made up would begin a chain.
    v_namespace := (select ns.name from __schema__.task_namespaces ns where ns.name = p_entry ->> 'namespace');
  end if;
  if v_kind = 'step' then
    v_id := coalesce(
      (select s.workflow_step_id::text from __schema__.workflow_steps s
        join __schema__.named_steps n on n.named_step_id = s.named_step_id
        where s.task_id = v_task_id and n.name = v_id),
      v_id
    );
  end if;
  insert into __schema__.audit_inbox (
    occurred_at, namespace, operation, permission, face, actor, method, token_id, correlation_id, subject_kind, subject_id,
    task_id, outcome, code, details
  )
  values (
    coalesce((p_entry ->> 'at')::timestamptz, clock_timestamp()), coalesce(v_namespace, ''), p_entry ->> 'operation',
    p_entry ->> 'permission', p_entry ->> 'face', p_entry ->> 'actor', p_entry ->> 'method', p_entry ->> 'tokenId',
    p_entry ->> 'correlationId', v_kind, v_id, v_task_id, p_entry ->> 'outcome', p_entry ->> 'code',
    jsonb_strip_nulls(coalesce(p_entry -> 'details', '{}'))
  );
end $$;

select __schema__._pin_planner('note_audit_entry');
