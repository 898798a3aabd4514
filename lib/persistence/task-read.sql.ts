import { refusalError, refusalIn } from './refusal.js';
import type { StoredPart, StoredParts, TaskOutline } from './task.details.js';
import type { TaskScope } from '../workflow/task.scope.js';
import { isInScope, type Parameters } from './task-filter.sql.js';
import { STEP_TRANSITION, TASK_TRANSITION, TRANSITION_FIELDS } from './transition.sql.js';

/** SQL for reading tasks with their parts. */

/** A row of `d`. Parts that were not requested are null or missing. */
export type ReadTask = { readonly outline: TaskOutline; readonly isOriginKnown?: boolean } & Partial<StoredParts>;

/** How to treat an answer that would be too large; see `sql/functions/fit_tasks.sql`. */
export type IfLarger = 'page' | 'omit' | 'refuse';

/** A source of rows `d`; the parameters are those of `sql/functions/read_tasks.sql`. */
export const tasksRead = (taskIds: string, parts: string, step: string, maxBytes: string, ifLarger: IfLarger): string =>
  `__schema__.read_tasks(${taskIds}::bigint[], ${parts}::text[], ${step}::text, ${maxBytes}::bigint, '${ifLarger}') d`;

/** The columns of `d` to select for a caller with this scope. */
export function columnsOf(parts: readonly StoredPart[], scope: TaskScope | null, parameters: Parameters): string {
  const columns = parts.map((part) => (part === 'transitions' ? `${TRANSITIONS} as transitions` : `d.${part}`));
  const origin = scope === null ? [] : [`${originKnown(scope, parameters)} as "isOriginKnown"`];
  return ['d.outline', ...origin, ...new Set(columns)].join(', ');
}

/** SQL for whether the task that this task repeats, if any, is in scope. */
function originKnown(scope: TaskScope, parameters: Parameters): string {
  const origin = `d.outline ->> 'rerunOf'`;
  return `(${origin} is null or ${isInScope(`(${origin})::bigint`, scope, parameters)})`;
}

/** @throws AnswerTooLargeError if the row is a refusal */
export function detailsOf(row: ReadTask, parts: readonly StoredPart[]): TaskOutline & Partial<StoredParts> {
  const refusal = refusalIn(row.outline);
  if (refusal) throw refusalError(refusal);
  const { outline, isOriginKnown = true } = row;
  const shown = isOriginKnown ? outline : { ...outline, rerunOf: null };
  return { ...shown, ...Object.fromEntries(parts.map((part) => [part, row[part]])) };
}

/** Not a part of `read_tasks`: transitions are rarely requested, and have the format of the change feed. */
const TRANSITIONS = `(
  select coalesce(json_agg(json_build_object(${TRANSITION_FIELDS}) order by h.created_at, h.place, h.id), '[]')
  from (
    select ${TASK_TRANSITION} from __schema__.task_transitions x where x.task_id = d.task_id
    union all
    select ${STEP_TRANSITION}
    from __schema__.workflow_steps s
    join __schema__.named_steps n on n.named_step_id = s.named_step_id
    join __schema__.workflow_step_transitions x on x.workflow_step_id = s.workflow_step_id
    left join __schema__.workers w on w.worker_id = x.worker_id
    where s.task_id = d.task_id
  ) h
)`;
