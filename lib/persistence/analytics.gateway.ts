import { Injectable } from '@nestjs/common';
import type { AnalyticsMetrics, SlowStep, SlowTask, SystemHealth } from './analytics.details.js';
import { Database, LONG_MS } from './database.js';
import { iso } from './instant.text.js';
import {
  scopedActive,
  scopedMetrics,
  scopedRetries,
  scopedSlowestSteps,
  scopedSlowestTasks,
  scopedTotals,
  type SlowTemplates,
} from './scoped-figures.sql.js';
import { Parameters } from './task-filter.sql.js';
import { STEP_STATES, TASK_STATES } from '../workflow/states.js';
import type { TaskScope } from '../workflow/task.scope.js';

/**
 * Selects among the tasks created since an instant, and limits the number of rows. Null for all, or for the default of
 * the function.
 */
export interface SlownessQuery {
  readonly since: Date | null;
  readonly limit: number | null;
  readonly namespace: string | null;
  readonly name: string | null;
  readonly version: string | null;
}

/**
 * Reads the figures of the analytics functions or, with a scope, the same figures for the tasks in scope. They are read
 * as JSON, so that counts are numbers regardless of the host's driver.
 */
@Injectable()
export class AnalyticsGateway {
  constructor(private readonly database: Database) {}

  async systemHealth(scope: TaskScope | null): Promise<SystemHealth> {
    if (scope !== null) return this.scopedHealth(scope);
    const [health] = await this.details<SystemHealth>(SYSTEM_HEALTH, []);
    return health!;
  }

  /** @param since null for the last hour */
  async metrics(since: Date | null, scope: TaskScope | null): Promise<AnalyticsMetrics> {
    const [metrics] =
      scope === null
        ? await this.details<AnalyticsMetrics>(metricsOf('__schema__.get_analytics_metrics($1)'), [since])
        : await this.scopedMetrics(since, scope);
    return metrics!;
  }

  slowestTasks(query: SlownessQuery, scope: TaskScope | null): Promise<readonly SlowTask[]> {
    const { since, narrow, parameters } = placesOf(query);
    if (scope !== null) {
      return this.ofPeriod(slowestTasksOf(scopedSlowestTasks(since, narrow, scope, parameters)), parameters);
    }
    return this.details(
      slowestTasksOf(`__schema__.get_slowest_tasks(${argumentsOf(since, narrow)})`),
      parameters.values,
    );
  }

  slowestSteps(query: SlownessQuery, scope: TaskScope | null): Promise<readonly SlowStep[]> {
    const { since, narrow, parameters } = placesOf(query);
    if (scope !== null) {
      return this.ofPeriod(slowestStepsOf(scopedSlowestSteps(since, narrow, scope, parameters)), parameters);
    }
    return this.details(
      slowestStepsOf(`__schema__.get_slowest_steps(${argumentsOf(since, narrow)})`),
      parameters.values,
    );
  }

  private async scopedHealth(scope: TaskScope): Promise<SystemHealth> {
    const parameters = new Parameters();
    const [found] = await this.details<ScopedHealth>(
      `select json_build_object(
        'totals', (select coalesce(json_agg(x), '[]') from (${scopedTotals(scope, parameters)}) x),
        'retryable', r.retryable, 'inBackoff', r.in_backoff,
        'activeConnections', h.active_connections, 'maxConnections', h.max_connections
      ) as details
      from ${scopedRetries(scope, parameters)} r, __schema__.get_system_health_counts() h`,
      parameters.values,
    );
    const { totals, retryable, inBackoff, ...connections } = found!;
    const errorSteps = totals.find(({ kind, state }) => kind === 'step' && state === 'error')?.total ?? 0;
    return {
      ...countsOf(totals),
      retryableErrorSteps: retryable,
      exhaustedRetrySteps: errorSteps - retryable,
      inBackoffSteps: inBackoff,
      ...connections,
    } as SystemHealth;
  }

  private async scopedMetrics(since: Date | null, scope: TaskScope): Promise<AnalyticsMetrics[]> {
    const parametersOfActive = new Parameters();
    const [active] = await this.details<number>(
      `select to_json(x.total) as details from (${scopedActive(scope, parametersOfActive)}) x`,
      parametersOfActive.values,
    );
    const parameters = new Parameters();
    const places = [parameters.add(since), parameters.add(active)] as const;
    return this.ofPeriod(metricsOf(scopedMetrics(...places, scope, parameters)), parameters);
  }

  /** Uses the same planner settings as the functions; see `sql/functions/_pin_planner_for_periods.sql`. */
  private ofPeriod<Details>(sql: string, { values }: Parameters): Promise<Details[]> {
    return this.database.transaction(async (session) => {
      await this.database.query(PLANS, [], session);
      const rows = await this.database.query<{ details: Details }>(sql, values, session);
      return rows.map(({ details }) => details);
    }, LONG_MS);
  }

  private async details<Details>(sql: string, parameters: readonly unknown[]): Promise<Details[]> {
    const rows = await this.database.query<{ details: Details }>(sql, parameters, undefined, LONG_MS);
    return rows.map(({ details }) => details);
  }
}

interface ScopedHealth {
  readonly totals: readonly StateTotal[];
  readonly retryable: number;
  readonly inBackoff: number;
  readonly activeConnections: number;
  readonly maxConnections: number;
}

interface StateTotal {
  readonly kind: 'task' | 'step';
  readonly state: string;
  readonly total: number;
}

/** The counts by name: `totalTasks`, `inProgressTasks` and so on. */
function countsOf(totals: readonly StateTotal[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = { totalTasks: 0, totalSteps: 0 };
  for (const state of TASK_STATES) counts[`${inCamelCase(state)}Tasks`] = 0;
  for (const state of STEP_STATES) counts[`${inCamelCase(state)}Steps`] = 0;
  for (const { kind, state, total } of totals) {
    const kinds = kind === 'task' ? 'Tasks' : 'Steps';
    counts[`${inCamelCase(state)}${kinds}`] = total;
    counts[`total${kinds}`]! += total;
  }
  return counts;
}

const inCamelCase = (state: string): string => state.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

/** The positions of the parameters in the statement of the slowest tasks or steps. */
function placesOf({ since, limit, namespace, name, version }: SlownessQuery): {
  readonly since: string;
  readonly narrow: SlowTemplates;
  readonly parameters: Parameters;
} {
  const parameters = new Parameters();
  const add = (value: unknown): string => parameters.add(value);
  return {
    since: add(since),
    narrow: { limit: add(limit), namespace: add(namespace), name: add(name), version: add(version) },
    parameters,
  };
}

const argumentsOf = (since: string, { limit, namespace, name, version }: SlowTemplates): string =>
  [since, limit, namespace, name, version].join(', ');

const PLANS = `select ${['seqscan', 'hashjoin', 'mergejoin']
  .map((way) => `set_config('enable_${way}', 'off', true)`)
  .join(', ')}, set_config('jit', 'off', true)`;

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

const metricsOf = (source: string): string => `
select json_build_object(
  'activeTasksCount', m.active_tasks_count, 'totalNamespacesCount', m.total_namespaces_count,
  'uniqueTaskTypesCount', m.unique_task_types_count, 'systemHealthScore', m.system_health_score,
  'taskThroughput', m.task_throughput, 'completionCount', m.completion_count, 'errorCount', m.error_count,
  'completionRate', m.completion_rate, 'errorRate', m.error_rate,
  'avgTaskDuration', m.avg_task_duration, 'avgStepDuration', m.avg_step_duration, 'stepThroughput', m.step_throughput,
  'analysisPeriodStart', ${iso('m.analysis_period_start')}, 'calculatedAt', ${iso('m.calculated_at')}
) as details
from ${source} m`;

const slowestTasksOf = (source: string): string => `
select json_build_object(
  'taskId', t.task_id::text, 'taskName', t.task_name, 'namespaceName', t.namespace_name, 'version', t.version,
  'durationSeconds', t.duration_seconds, 'stepCount', t.step_count, 'completedSteps', t.completed_steps,
  'errorSteps', t.error_steps, 'createdAt', ${iso('t.created_at')}, 'completedAt', ${iso('t.completed_at')},
  'initiator', t.initiator, 'sourceSystem', t.source_system
) as details
from ${source} t`;

const slowestStepsOf = (source: string): string => `
select json_build_object(
  'workflowStepId', s.workflow_step_id::text, 'taskId', s.task_id::text, 'stepName', s.step_name,
  'taskName', s.task_name, 'namespaceName', s.namespace_name, 'version', s.version,
  'durationSeconds', s.duration_seconds, 'attempts', s.attempts, 'createdAt', ${iso('s.created_at')},
  'completedAt', ${iso('s.completed_at')}, 'retryable', s.retryable, 'stepStatus', s.step_status
) as details
from ${source} s`;
