import { Injectable } from '@nestjs/common';
import { Database } from './database.js';
import { iso } from './instant.text.js';
import type { TaskDetails } from './task.details.js';

/** Reads one task in full. */
@Injectable()
export class TaskDetailGateway {
  constructor(private readonly database: Database) {}

  /** One statement, so that the task and its steps are of the same instant. Steps come in the order of declaration. */
  async find(taskId: string): Promise<TaskDetails | null> {
    const [row] = await this.database.query<{ details: TaskDetails }>(TASK_DETAILS, [taskId]);
    return row?.details ?? null;
  }
}

const TASK_DETAILS = `
select json_build_object(
  'id', t.task_id::text, 'namespace', ns.name, 'name', nt.name, 'version', nt.version,
  'state', t.state, 'priority', t.priority, 'context', t.context,
  'initiator', t.initiator, 'sourceSystem', t.source_system, 'reason', t.reason, 'tags', t.tags,
  'runAt', ${iso('t.run_at')}, 'deadlineAt', ${iso('t.deadline_at')}, 'heldAt', ${iso('t.held_at')},
  'retained', t.retained, 'rerunOf', t.rerun_of::text,
  'requestedAt', ${iso('t.requested_at')}, 'completedAt', ${iso('t.completed_at')}, 'updatedAt', ${iso('t.updated_at')},
  'summary', summary.details, 'steps', steps.details
) as details
from __schema__.tasks t
join __schema__.named_tasks nt on nt.named_task_id = t.named_task_id
join __schema__.task_namespaces ns on ns.task_namespace_id = t.task_namespace_id
cross join lateral (
  select json_build_object(
    'executionStatus', c.execution_status, 'healthStatus', c.health_status,
    'recommendedAction', c.recommended_action, 'completionPercentage', c.completion_percentage,
    'totalSteps', c.total_steps, 'pendingSteps', c.pending_steps, 'inProgressSteps', c.in_progress_steps,
    'completedSteps', c.completed_steps, 'failedSteps', c.failed_steps, 'cancelledSteps', c.cancelled_steps,
    'readySteps', c.ready_steps, 'blockedSteps', c.blocked_steps, 'nextRetryAt', ${iso('c.next_retry_at')}
  ) as details
  from __schema__.get_task_execution_context(t.task_id) c
) summary
cross join lateral (
  select coalesce(json_agg(json_build_object(
    'id', s.workflow_step_id::text, 'name', n.name, 'state', s.state, 'dependsOn', parents.names,
    'attempts', s.attempts - s.attempts_before, 'retryLimit', s.retry_limit - s.attempts_before, 'retryable', s.retryable, 'skippable', s.skippable,
    'results', s.results, 'error', s.error - 'stack',
    'nextRetryAt', case when r.worker_id is null and r.retrying then ${iso('r.run_at')} end,
    'lastAttemptedAt', ${iso('s.last_attempted_at')}, 'processedAt', ${iso('s.processed_at')},
    'startedAt', ${iso('first.started_at')}
  ) order by st.position), '[]') as details
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
) steps
where t.task_id = $1`;
