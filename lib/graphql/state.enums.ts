import { registerEnumType } from '@nestjs/graphql';
import { TASK_SORTS, type TaskSort } from '../insight/task.list.js';
import { CHANGE_EVENTS, type ChangeEvent } from '../live/change.js';
import {
  HEALTH_STATUSES,
  RECOMMENDED_ACTIONS,
  type ExecutionStatus,
  type RecommendedAction,
} from '../workflow/execution-status.js';
import { STEP_STATES, TASK_STATES } from '../workflow/states.js';

/** The values of an enum are the same words as in REST, SQL and code. */
export const enumOf = <Word extends string>(words: readonly Word[]): Record<Word, Word> =>
  Object.fromEntries(words.map((word) => [word, word])) as Record<Word, Word>;

export const TaskStateEnum = enumOf(TASK_STATES);
export const StepStateEnum = enumOf(STEP_STATES);
export const ExecutionStatusEnum = enumOf(Object.keys(RECOMMENDED_ACTIONS) as ExecutionStatus[]);
export const RecommendedActionEnum = enumOf<RecommendedAction>(Object.values(RECOMMENDED_ACTIONS));
export const HealthStatusEnum = enumOf(HEALTH_STATUSES);

/** GraphQL names cannot contain a minus: `createdAtDesc` is `-createdAt`. */
export const TaskSortEnum = Object.fromEntries(
  TASK_SORTS.map((sort) => [sort.startsWith('-') ? `${sort.slice(1)}Desc` : sort, sort]),
) as Record<string, TaskSort>;

/** GraphQL names cannot contain a dot: `task_completed` is `task.completed`. */
export const ChangeEventEnum = Object.fromEntries(
  CHANGE_EVENTS.map((event) => [event.replace('.', '_'), event]),
) as Record<string, ChangeEvent>;

/** The enums, by their names in inputs and OpenAPI. */
const CHOICES = new Map<string, object>([
  ['TaskState', TaskStateEnum],
  ['ChangeEvent', ChangeEventEnum],
]);

registerEnumType(TaskStateEnum, { name: 'TaskState' });
registerEnumType(StepStateEnum, { name: 'StepState' });
registerEnumType(ExecutionStatusEnum, { name: 'ExecutionStatus', description: 'A summary of the progress of a task.' });
registerEnumType(RecommendedActionEnum, {
  name: 'RecommendedAction',
  description: 'The recommended action for an execution status.',
});
registerEnumType(HealthStatusEnum, { name: 'HealthStatus' });
registerEnumType(ChangeEventEnum, {
  name: 'ChangeEvent',
  description: 'The name of the event of a transition, with _ in place of the dot.',
});
registerEnumType(TaskSortEnum, {
  name: 'TaskSort',
  description:
    'The order of tasks: ascending, or descending if the name ends in Desc. Pages by createdAt are equally fast for any number of tasks.',
});

/** The enum with this name. */
export function enumNamed(name: string): object {
  const found = CHOICES.get(name);
  if (!found) throw new Error(`The choice ${name} has no enum in GraphQL.`);
  return found;
}
