import type { TaskScope } from '../workflow/task.scope.js';
import { namespacesOf, scopeConditions, templatesOf, type Parameters } from './task-filter.sql.js';

/**
 * The figures of `get_analytics_metrics`, `get_slowest_tasks` and `get_slowest_steps`, limited to the tasks in scope. The columns mean
 * the same; `scoped-figures.spec.ts` compares them. These are statements and not parameters of the functions: a function has one plan
 * for every scope, and a statement has only the conditions of the scope at hand. Callers without a scope use the functions.
 */

/**
 * A row source `m`.
 * @param since SQL of an instant or null, as below
 * @param active SQL for the number of tasks in progress
 */
export function scopedMetrics(since: string, active: string, scope: TaskScope, parameters: Parameters): string {
  const inScope = conditionsOf(scope, parameters);
  const from = `coalesce(${since}::timestamptz, now() - interval '1 hour')`;
  const templates = templatesOf(scope, parameters);
  const namespaces =
    templates === null
      ? 'select count(*) from __schema__.task_namespaces'
      : `select count(distinct task_namespace_id) from __schema__.named_tasks where named_task_id = any (${templates})`;
  const types = templates === null ? 'true' : `named_task_id = any (${templates})`;
  return `(
    with started as (
      select count(*) as throughput from __schema__.tasks t where t.created_at >= ${from} and ${inScope}
    ),
    ended as (
      select
        count(distinct h.task_id) filter (where h.to_state = 'complete') as completions,
        count(distinct h.task_id) filter (where h.to_state = 'error') as errors,
        avg(h.duration_seconds)::numeric as duration
      from __schema__.task_transitions h join __schema__.tasks t on t.task_id = h.task_id
      where h.to_state in ('complete', 'error') and h.created_at >= ${from} and ${inScope}
    ),
    processed as (
      select count(*) as throughput, avg(h.duration_seconds)::numeric as duration
      from __schema__.workflow_step_transitions h join __schema__.tasks t on t.task_id = h.task_id
      where h.from_state = 'in_progress' and h.to_state = 'complete' and h.created_at >= ${from} and ${inScope}
    )
    select ${active}::bigint as active_tasks_count, (${namespaces}) as total_namespaces_count,
      (select count(distinct name) from __schema__.named_tasks where ${types}) as unique_task_types_count,
      greatest(0, round(1 - e.errors::numeric / greatest(s.throughput, 1), 3)) as system_health_score,
      s.throughput as task_throughput, e.completions as completion_count, e.errors as error_count,
      coalesce(round(e.completions * 100.0 / nullif(s.throughput, 0), 2), 0) as completion_rate,
      coalesce(round(e.errors * 100.0 / nullif(s.throughput, 0), 2), 0) as error_rate,
      coalesce(round(e.duration, 3), 0) as avg_task_duration, coalesce(round(d.duration, 3), 0) as avg_step_duration,
      d.throughput as step_throughput, ${from} as analysis_period_start, now() as calculated_at
    from started s cross join ended e cross join processed d
  )`;
}

/** Further conditions on the slowest tasks or steps, each as SQL for a text or null. */
export interface SlowTemplates {
  readonly limit: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
}

/** A row source `t`. */
export function scopedSlowestTasks(
  since: string,
  narrow: SlowTemplates,
  scope: TaskScope,
  parameters: Parameters,
): string {
  return `(
    with slowest as (
      select t.task_id, nt.name as task_name, ns.name as namespace_name, nt.version, t.created_at, ended.ended_at,
        coalesce(ended.ended_at, now()) - t.created_at as duration, t.initiator, t.source_system
      from __schema__.tasks t
      join __schema__.named_tasks nt on nt.named_task_id = t.named_task_id
      join __schema__.task_namespaces ns on ns.task_namespace_id = t.task_namespace_id
      cross join lateral (
        select case t.state
          when 'in_progress' then null
          when 'error' then (
            select h.created_at from __schema__.task_transitions h where h.task_id = t.task_id order by h.id desc limit 1
          )
          else t.completed_at
        end as ended_at
      ) ended
      where ${createdSince(since)} and t.state in ('in_progress', 'complete', 'error', 'resolved_manually')
        and ${narrowedTo(narrow)} and ${conditionsOf(scope, parameters)}
      order by duration desc, t.task_id
      limit ${limitOf(narrow)}
    )
    select s.task_id, s.task_name, s.namespace_name, s.version,
      round(extract(epoch from s.duration), 3) as duration_seconds, steps.total as step_count,
      steps.done as completed_steps, steps.failed as error_steps, s.created_at, s.ended_at as completed_at, s.initiator,
      s.source_system
    from slowest s
    cross join lateral (
      select count(*) as total,
        count(*) filter (where w.state in ('complete', 'resolved_manually', 'skipped')) as done,
        count(*) filter (where w.state = 'error') as failed
      from __schema__.workflow_steps w where w.task_id = s.task_id
    ) steps
    order by s.duration desc, s.task_id
  )`;
}

/** A row source `s`. */
export function scopedSlowestSteps(
  since: string,
  narrow: SlowTemplates,
  scope: TaskScope,
  parameters: Parameters,
): string {
  return `(
    select s.workflow_step_id, s.task_id, n.name as step_name, nt.name as task_name, ns.name as namespace_name, nt.version,
      round(a.duration_seconds::numeric, 3) as duration_seconds, s.attempts - s.attempts_before as attempts, s.created_at,
      s.processed_at as completed_at, s.retryable, s.state as step_status
    from (
      select h.workflow_step_id, h.id, h.to_state, h.duration_seconds
      from __schema__.workflow_step_transitions h
      where h.created_at >= ${dayAgoOr(since)} and h.from_state = 'in_progress' and h.to_state in ('complete', 'error')
      order by h.duration_seconds desc, h.workflow_step_id offset 0
    ) a
    join __schema__.workflow_steps s on s.workflow_step_id = a.workflow_step_id
      and s.state = case a.to_state when 'complete' then 'complete' else 'resolved_manually' end
    join __schema__.tasks t on t.task_id = s.task_id
    join __schema__.named_steps n on n.named_step_id = s.named_step_id
    join __schema__.named_tasks nt on nt.named_task_id = t.named_task_id
    join __schema__.task_namespaces ns on ns.task_namespace_id = nt.task_namespace_id
    where ${createdSince(since)} and ${narrowedTo(narrow)} and ${conditionsOf(scope, parameters)}
      and (a.to_state = 'complete' or not exists (
        select 1 from __schema__.workflow_step_transitions later
        where later.workflow_step_id = a.workflow_step_id and later.id > a.id and later.from_state = 'in_progress'
          and later.to_state = 'error'
      ))
    order by a.duration_seconds desc, a.workflow_step_id
    limit ${limitOf(narrow)}
  )`;
}

/**
 * Rows (kind, state, total): the numbers of tasks and steps in scope by state. For a scope of whole namespaces, they
 * come from the stored totals; for other scopes, the tasks in scope are counted.
 */
export function scopedTotals(scope: TaskScope, parameters: Parameters): string {
  const kept = keptTotals(scope, parameters);
  if (kept !== null) return kept;
  const inScope = conditionsOf(scope, parameters);
  return `select 'task' as kind, t.state::text as state, count(*) as total from __schema__.tasks t where ${inScope} group by t.state
    union all
    select 'step', s.state::text, count(*)
    from __schema__.tasks t join __schema__.workflow_steps s on s.task_id = t.task_id where ${inScope} group by s.state`;
}

/** One row (total): the number of tasks in scope that are in progress. */
export function scopedActive(scope: TaskScope, parameters: Parameters): string {
  const kept = keptTotals(scope, parameters);
  if (kept !== null) {
    return `select coalesce(sum(x.total), 0) as total from (${kept}) x where x.kind = 'task' and x.state = 'in_progress'`;
  }
  return `select count(*) as total from __schema__.tasks t where t.state = 'in_progress' and ${conditionsOf(scope, parameters)}`;
}

/** Null if there are no stored totals for such a scope. */
function keptTotals(scope: TaskScope, parameters: Parameters): string | null {
  const namespaces = namespacesOf(scope, parameters);
  if (namespaces === null) return null;
  return `select x.kind, x.state, sum(x.total) as total from __schema__.namespace_state_totals x
    where x.task_namespace_id = any (${namespaces}) group by x.kind, x.state`;
}

/** A row source with the columns `retryable` and `in_backoff`, as in `get_system_health_counts`. */
export function scopedRetries(scope: TaskScope, parameters: Parameters): string {
  return `(
    select count(*) as retryable, count(*) filter (where r.run_at > now()) as in_backoff
    from __schema__.ready_steps r join __schema__.tasks t on t.task_id = r.task_id
    where r.retrying and r.worker_id is null and ${conditionsOf(scope, parameters)}
  )`;
}

const conditionsOf = (scope: TaskScope, parameters: Parameters): string =>
  ['true', ...scopeConditions(scope, parameters)].join(' and ');

const dayAgoOr = (since: string): string => `coalesce(${since}::timestamptz, now() - interval '24 hours')`;
const createdSince = (since: string): string => `t.created_at >= ${dayAgoOr(since)}`;
const limitOf = ({ limit }: SlowTemplates): string => `greatest(coalesce(${limit}::integer, 10), 1)`;

function narrowedTo({ namespace, name, version }: SlowTemplates): string {
  const columns = [
    ['ns.name', namespace],
    ['nt.name', name],
    ['nt.version', version],
  ] as const;
  return columns.map(([column, value]) => `(${value}::text is null or ${column} = ${value})`).join(' and ');
}
