import { Injectable } from '@nestjs/common';
import { Database } from './database.js';
import { iso } from './instant.text.js';
import type { StoredPart, StoredParts, TaskDetails, TaskOutline } from './task.details.js';
import { STEP_TRANSITION, TASK_TRANSITION, TRANSITION_FIELDS } from './transition.sql.js';

/** Reads tasks with what belongs to them. */
@Injectable()
export class TaskDetailGateway {
  constructor(private readonly database: Database) {}

  /** The task with its context, summary and steps, or null. */
  async find(taskId: string): Promise<TaskDetails | null> {
    const found = await this.findMany([taskId], ['context', 'summary', 'steps']);
    return (found.get(taskId) as TaskDetails | undefined) ?? null;
  }

  /** The id of the task that has the step, or null. */
  async taskOfStep(stepId: string): Promise<string | null> {
    const [row] = await this.database.query<{ taskId: string }>(
      'select task_id as "taskId" from __schema__.workflow_steps where workflow_step_id = $1',
      [stepId],
    );
    return row?.taskId ?? null;
  }

  /**
   * The tasks that exist, by id, with the parts that are asked for. One statement, however many tasks and parts, so that all
   * is of the same instant. Steps come in the order of declaration.
   */
  async findMany(
    taskIds: readonly string[],
    parts: readonly StoredPart[],
  ): Promise<ReadonlyMap<string, TaskOutline & Partial<StoredParts>>> {
    const rows = await this.database.query<{ details: TaskOutline & Partial<StoredParts> }>(statement(parts), [
      taskIds,
    ]);
    return new Map(rows.map(({ details }) => [details.id, details]));
  }
}

function statement(parts: readonly StoredPart[]): string {
  const chosen = [...new Set(parts)].map((part) => `, '${part}', ${PARTS[part]}`);
  return `select json_build_object(${OUTLINE}${chosen.join('')}) as details
from __schema__.tasks t
join __schema__.named_tasks nt on nt.named_task_id = t.named_task_id
join __schema__.task_namespaces ns on ns.task_namespace_id = t.task_namespace_id
where t.task_id = any ($1)`;
}

const OUTLINE = `
  'id', t.task_id::text, 'namespace', ns.name, 'name', nt.name, 'version', nt.version,
  'state', t.state, 'priority', t.priority,
  'initiator', t.initiator, 'sourceSystem', t.source_system, 'reason', t.reason, 'tags', t.tags,
  'runAt', ${iso('t.run_at')}, 'deadlineAt', ${iso('t.deadline_at')}, 'heldAt', ${iso('t.held_at')},
  'retained', t.retained, 'rerunOf', t.rerun_of::text, 'bypassSteps', t.bypass_steps, 'identityHash', t.identity_hash,
  'requestedAt', ${iso('t.requested_at')}, 'createdAt', ${iso('t.created_at')},
  'completedAt', ${iso('t.completed_at')}, 'updatedAt', ${iso('t.updated_at')},
  'revision', __schema__.revision_of(t.updated_at)`;

/** Of each part the SQL of its JSON, about `t`, a row of `tasks`. */
const PARTS: Readonly<Record<StoredPart, string>> = {
  context: 't.context',
  summary: `(
  select json_build_object(
    'executionStatus', c.execution_status, 'healthStatus', c.health_status,
    'recommendedAction', c.recommended_action, 'completionPercentage', c.completion_percentage,
    'totalSteps', c.total_steps, 'pendingSteps', c.pending_steps, 'inProgressSteps', c.in_progress_steps,
    'completedSteps', c.completed_steps, 'failedSteps', c.failed_steps, 'cancelledSteps', c.cancelled_steps,
    'readySteps', c.ready_steps, 'blockedSteps', c.blocked_steps, 'nextRetryAt', ${iso('c.next_retry_at')}
  )
  from __schema__.get_task_execution_context(t.task_id) c
)`,
  steps: `(
  select coalesce(json_agg(json_build_object(
    'id', s.workflow_step_id::text, 'name', n.name, 'state', s.state, 'dependsOn', parents.names,
    'attempts', s.attempts - s.attempts_before, 'retryLimit', s.retry_limit - s.attempts_before, 'retryable', s.retryable, 'skippable', s.skippable,
    'results', s.results, 'error', s.error - 'stack',
    'nextRetryAt', case when r.worker_id is null and r.retrying then ${iso('r.run_at')} end,
    'lastAttemptedAt', ${iso('s.last_attempted_at')}, 'processedAt', ${iso('s.processed_at')},
    'startedAt', ${iso('first.started_at')}, 'revision', __schema__.revision_of(s.updated_at)
  ) order by st.position), '[]')
  from __schema__.workflow_steps s
  join __schema__.named_steps n on n.named_step_id = s.named_step_id
  join __schema__.named_tasks_named_steps st on st.id = s.step_template_id
  left join __schema__.ready_steps r on r.workflow_step_id = s.workflow_step_id
  cross join lateral (
    select coalesce(json_agg(pn.name order by pt.position), '[]') as names
    from __schema__.workflow_step_edges e
    join __schema__.workflow_steps p on p.workflow_step_id = e.from_step_id
    join __schema__.named_steps pn on pn.named_step_id = p.named_step_id
    join __schema__.named_tasks_named_steps pt on pt.id = p.step_template_id
    where e.to_step_id = s.workflow_step_id
  ) parents
  cross join lateral (
    select min(h.created_at) as started_at
    from __schema__.workflow_step_transitions h
    where h.workflow_step_id = s.workflow_step_id and h.to_state = 'in_progress'
  ) first
  where s.task_id = t.task_id
)`,
  annotations: `(
  select coalesce(json_agg(json_build_object(
    'id', a.task_annotation_id::text, 'type', y.name, 'annotation', a.annotation,
    'createdAt', ${iso('a.created_at')}, 'updatedAt', ${iso('a.updated_at')}
  ) order by a.task_annotation_id), '[]')
  from __schema__.task_annotations a
  join __schema__.annotation_types y on y.annotation_type_id = a.annotation_type_id
  where a.task_id = t.task_id
)`,
  transitions: `(
  select coalesce(json_agg(json_build_object(${TRANSITION_FIELDS}) order by h.created_at, h.comes_last, h.id), '[]')
  from (
    select ${TASK_TRANSITION} from __schema__.task_transitions x where x.task_id = t.task_id
    union all
    select ${STEP_TRANSITION}
    from __schema__.workflow_steps s
    join __schema__.named_steps n on n.named_step_id = s.named_step_id
    join __schema__.workflow_step_transitions x on x.workflow_step_id = s.workflow_step_id
    left join __schema__.workers w on w.worker_id = x.worker_id
    where s.task_id = t.task_id
  ) h
)`,
};
