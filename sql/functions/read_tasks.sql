-- read_tasks: the existing tasks with the requested parts (context, summary, steps, annotations); other parts are null.
-- Steps are in the order of their declaration, annotations in the order in which they were added. The documents are
-- TaskOutline and StoredParts of lib/persistence/task.details.ts.
--
-- An answer has at most p_max_bytes of JSON; see fit_tasks for larger ones and for p_if_larger. A refusal is the only
-- row, with the refusal (see refuse) as its outline. If the stored sizes prove that all fits, as for most answers, no
-- values are unpacked for this.
-- p_step: the only step, by name or id, whose results and error are read; null for all steps.
--
-- This is a function and not a statement, so that a session keeps its plans: planning took four fifths of the time of
-- reading one task. The plans are made for few tasks, and use indexes.
create or replace function __schema__.read_tasks(
  p_task_ids bigint[], p_parts text[], p_step text, p_max_bytes bigint, p_if_larger text
)
returns table (
  task_id bigint,
  outline json,
  context jsonb,
  summary json,
  steps json,
  annotations json
) language plpgsql stable rows 20 as $$
#variable_conflict use_column
declare
  v_task_ids bigint[] := p_task_ids;
  v_fit record;
  v_size integer;
  v_id bigint;
begin
  if __schema__.bound_tasks(p_task_ids, p_parts) > p_max_bytes then
    v_fit := __schema__.fit_tasks(p_task_ids, p_parts, p_step, p_max_bytes, p_if_larger);
    if v_fit.refused_bytes is not null then
      return query select p_task_ids[1], json_build_object('refused', json_build_object(
        'kind', 'answer_too_large', 'bytes', v_fit.refused_bytes, 'allowed', p_max_bytes
      )), null::jsonb, null::json, null::json, null::json;
      return;
    end if;
    v_task_ids := v_fit.task_ids;
    v_size := v_fit.size;
    v_id := v_fit.id;
  end if;
  return query
  select t.task_id,
    json_build_object(
      'id', t.task_id::text, 'namespace', ns.name, 'name', nt.name, 'version', nt.version,
      'state', t.state, 'priority', t.priority,
      'initiator', t.initiator, 'sourceSystem', t.source_system, 'reason', t.reason, 'tags', t.tags,
      'runAt', __schema__.instant_text(t.run_at), 'deadlineAt', __schema__.instant_text(t.deadline_at),
      'heldAt', __schema__.instant_text(t.held_at),
      'retained', t.retained, 'rerunOf', t.rerun_of::text, 'bypassSteps', t.bypass_steps, 'identityHash', t.identity_hash,
      'requestedAt', __schema__.instant_text(t.requested_at), 'createdAt', __schema__.instant_text(t.created_at),
      'completedAt', __schema__.instant_text(t.completed_at), 'updatedAt', __schema__.instant_text(t.updated_at),
      'revision', __schema__.revision_of(t.updated_at)
    ),
    case when 'context' = any (p_parts) then
      case when __schema__.has_room(t.context, t.task_id, v_size, v_id) then t.context else __schema__.omitted_value(t.context) end
    end,
    case when 'summary' = any (p_parts) then (
      select json_build_object(
        'executionStatus', c.execution_status, 'healthStatus', c.health_status,
        'recommendedAction', c.recommended_action, 'completionPercentage', c.completion_percentage,
        'totalSteps', c.total_steps, 'pendingSteps', c.pending_steps, 'inProgressSteps', c.in_progress_steps,
        'completedSteps', c.completed_steps, 'failedSteps', c.failed_steps, 'cancelledSteps', c.cancelled_steps,
        'readySteps', c.ready_steps, 'exhaustedRetrySteps', c.blocked_steps,
        'nextRetryAt', __schema__.instant_text(c.next_retry_at)
      )
      from __schema__.get_task_execution_context(t.task_id) c
    ) end,
    case when 'steps' = any (p_parts) then (
      select coalesce(json_agg(json_build_object(
        'id', s.workflow_step_id::text, 'name', n.name, 'state', s.state, 'dependsOn', parents.names,
        'attempts', s.attempts - s.attempts_before, 'retryLimit', s.retry_limit - s.attempts_before,
        'retryable', s.retryable, 'skippable', s.skippable, 'results', case
          when not v.is_read then null
          when __schema__.has_room(s.results, s.workflow_step_id, v_size, v_id) then s.results
          else __schema__.omitted_value(s.results)
        end,
        'error', case
          when not v.is_read then null
          when __schema__.has_room(s.error, s.workflow_step_id, v_size, v_id) then s.error - 'stack'
          else s.error - 'stack' || jsonb_build_object(
            'message', left(s.error ->> 'message', 200), 'context', __schema__.omitted_value(s.error -> 'context')
          )
        end,
        'nextRetryAt', case when r.worker_id is null and r.retrying then __schema__.instant_text(r.run_at) end,
        'lastAttemptedAt', __schema__.instant_text(s.last_attempted_at),
        'processedAt', __schema__.instant_text(s.processed_at),
        'startedAt', __schema__.instant_text(first.started_at), 'revision', __schema__.revision_of(s.updated_at)
      ) order by st.position), '[]')
      from __schema__.workflow_steps s
      join __schema__.named_steps n on n.named_step_id = s.named_step_id
      left join __schema__.named_tasks_named_steps st on st.id = s.step_template_id -- the step is shown even if this row is missing
      left join __schema__.ready_steps r on r.workflow_step_id = s.workflow_step_id
      cross join lateral (
        select coalesce(json_agg(pn.name order by pt.position), '[]') as names
        from __schema__.workflow_step_edges e
        join __schema__.workflow_steps p on p.workflow_step_id = e.from_step_id
        join __schema__.named_steps pn on pn.named_step_id = p.named_step_id
        left join __schema__.named_tasks_named_steps pt on pt.id = p.step_template_id
        where e.to_step_id = s.workflow_step_id
      ) parents
      cross join lateral (
        select min(h.created_at) as started_at
        from __schema__.workflow_step_transitions h
        where h.workflow_step_id = s.workflow_step_id and h.to_state = 'in_progress'
      ) first
      cross join lateral (
        select p_step is null or s.workflow_step_id::text = p_step or n.name = p_step as is_read
      ) v
      where s.task_id = t.task_id
    ) end,
    case when 'annotations' = any (p_parts) then (
      select coalesce(json_agg(json_build_object(
        'id', a.task_annotation_id::text, 'type', y.name, 'annotation', case
          when __schema__.has_room(a.annotation, a.task_annotation_id, v_size, v_id) then a.annotation
          else __schema__.omitted_value(a.annotation)
        end,
        'createdAt', __schema__.instant_text(a.created_at), 'updatedAt', __schema__.instant_text(a.updated_at)
      ) order by a.task_annotation_id), '[]')
      from __schema__.task_annotations a
      join __schema__.annotation_types y on y.annotation_type_id = a.annotation_type_id
      where a.task_id = t.task_id
    ) end
  from __schema__.tasks t
  join __schema__.named_tasks nt on nt.named_task_id = t.named_task_id
  join __schema__.task_namespaces ns on ns.task_namespace_id = t.task_namespace_id
  where t.task_id = any (v_task_ids);
end $$;

select __schema__._pin_planner('read_tasks');
