import { Injectable } from '@nestjs/common';
import type { AnalyticsMetrics, SlowStep, SlowTask, SystemHealth } from './analytics.details.js';
import { Database, LONG_MS } from './database.js';
import { iso } from './instant.text.js';

/** Which of the tasks created since an instant to look at, and how many rows to answer. Null: all, or the function's default. */
export interface SlownessQuery {
  readonly since: Date | null;
  readonly limit: number | null;
  readonly namespace: string | null;
  readonly name: string | null;
  readonly version: string | null;
}

/** Reads what the functions for people answer. As JSON, in which counts are numbers whatever the host's driver makes of them. */
@Injectable()
export class AnalyticsGateway {
  constructor(private readonly database: Database) {}

  async systemHealth(): Promise<SystemHealth> {
    const [health] = await this.details<SystemHealth>(SYSTEM_HEALTH);
    return health!;
  }

  /** Since null: of the last hour. */
  async metrics(since: Date | null): Promise<AnalyticsMetrics> {
    const [metrics] = await this.details<AnalyticsMetrics>(METRICS, [since]);
    return metrics!;
  }

  slowestTasks(query: SlownessQuery): Promise<readonly SlowTask[]> {
    return this.details(SLOWEST_TASKS, parametersOf(query));
  }

  slowestSteps(query: SlownessQuery): Promise<readonly SlowStep[]> {
    return this.details(SLOWEST_STEPS, parametersOf(query));
  }

  private async details<Details>(sql: string, parameters: readonly unknown[] = []): Promise<Details[]> {
    const rows = await this.database.query<{ details: Details }>(sql, parameters, undefined, LONG_MS);
    return rows.map(({ details }) => details);
  }
}

function parametersOf({ since, limit, namespace, name, version }: SlownessQuery): readonly unknown[] {
  return [since, limit, namespace, name, version];
}

const SYSTEM_HEALTH = `
select json_build_object(
  'totalTasks', h.total_tasks, 'pendingTasks', h.pending_tasks, 'inProgressTasks', h.in_progress_tasks,
  'completeTasks', h.complete_tasks, 'errorTasks', h.error_tasks, 'cancelledTasks', h.cancelled_tasks,
  'resolvedManuallyTasks', h.resolved_manually_tasks,
  'totalSteps', h.total_steps, 'pendingSteps', h.pending_steps, 'inProgressSteps', h.in_progress_steps,
  'completeSteps', h.complete_steps, 'errorSteps', h.error_steps, 'cancelledSteps', h.cancelled_steps,
  'resolvedManuallySteps', h.resolved_manually_steps, 'skippedSteps', h.skipped_steps,
  'retryableErrorSteps', h.retryable_error_steps, 'exhaustedRetrySteps', h.exhausted_retry_steps,
  'inBackoffSteps', h.in_backoff_steps,
  'activeConnections', h.active_connections, 'maxConnections', h.max_connections
) as details
from __schema__.get_system_health_counts() h`;

const METRICS = `
select json_build_object(
  'activeTasksCount', m.active_tasks_count, 'totalNamespacesCount', m.total_namespaces_count,
  'uniqueTaskTypesCount', m.unique_task_types_count, 'systemHealthScore', m.system_health_score,
  'taskThroughput', m.task_throughput, 'completionCount', m.completion_count, 'errorCount', m.error_count,
  'completionRate', m.completion_rate, 'errorRate', m.error_rate,
  'avgTaskDuration', m.avg_task_duration, 'avgStepDuration', m.avg_step_duration, 'stepThroughput', m.step_throughput,
  'analysisPeriodStart', ${iso('m.analysis_period_start')}, 'calculatedAt', ${iso('m.calculated_at')}
) as details
from __schema__.get_analytics_metrics($1) m`;

const SLOWEST_TASKS = `
select json_build_object(
  'taskId', t.task_id::text, 'taskName', t.task_name, 'namespaceName', t.namespace_name, 'version', t.version,
  'durationSeconds', t.duration_seconds, 'stepCount', t.step_count, 'completedSteps', t.completed_steps,
  'errorSteps', t.error_steps, 'createdAt', ${iso('t.created_at')}, 'completedAt', ${iso('t.completed_at')},
  'initiator', t.initiator, 'sourceSystem', t.source_system
) as details
from __schema__.get_slowest_tasks($1, $2, $3, $4, $5) t`;

const SLOWEST_STEPS = `
select json_build_object(
  'workflowStepId', s.workflow_step_id::text, 'taskId', s.task_id::text, 'stepName', s.step_name,
  'taskName', s.task_name, 'namespaceName', s.namespace_name, 'version', s.version,
  'durationSeconds', s.duration_seconds, 'attempts', s.attempts, 'createdAt', ${iso('s.created_at')},
  'completedAt', ${iso('s.completed_at')}, 'retryable', s.retryable, 'stepStatus', s.step_status
) as details
from __schema__.get_slowest_steps($1, $2, $3, $4, $5) s`;
