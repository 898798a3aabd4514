import { isFields, objectProblem, unknownFieldProblems } from '../workflow/input.checks.js';
import { Input, inputNames, inputProblems } from '../workflow/input.fields.js';
import { someOf, someThings, taskIds, text, texts } from '../workflow/input.kinds.js';
import type { Problem } from '../workflow/tasker.error.js';
import { CHANGE_EVENTS, type Change, type ChangeEvent } from './change.js';

const MAX_LIST = 100;
const EVENTS = { name: 'ChangeEvent', values: CHANGE_EVENTS };

/** The fields of `ChangeFilter`. */
export class ChangeFilterFields {
  /** 1 to 100. */
  @Input(someThings(taskIds(MAX_LIST), MAX_LIST, 'ids of tasks, as strings'), 'Selects changes of these tasks.')
  readonly taskIds?: readonly string[];

  @Input(text(), 'The namespace of the task template.')
  readonly namespace?: string;

  @Input(text(), 'The name of the task template.')
  readonly name?: string;

  @Input(text(), 'The version of the task template.')
  readonly version?: string;

  @Input(someThings(someOf(EVENTS), MAX_LIST, `events: ${CHANGE_EVENTS.join(', ')}`), 'Selects these events.')
  readonly events?: readonly ChangeEvent[];

  /** The names of 1 to 100 steps. Changes of tasks are left out then. */
  @Input(someThings(texts, MAX_LIST, 'names of steps'), 'Selects changes of steps with these names, and none of tasks.')
  readonly steps?: readonly string[];
}

/** Selects changes for which all given conditions hold. */
export type ChangeFilter = Readonly<ChangeFilterFields>;

/** The problems of a filter, which may come from JavaScript; their pointers begin with `at`. */
export function changeFilterProblems(filter: unknown, at = ''): Problem[] {
  if (!isFields(filter)) return [objectProblem(at, filter)!];
  return [
    ...unknownFieldProblems(filter, inputNames(ChangeFilterFields), at),
    ...inputProblems(ChangeFilterFields, filter, at),
  ].filter((problem) => problem !== null);
}

export function matches({ taskIds, namespace, name, version, events, steps }: ChangeFilter, change: Change): boolean {
  return (
    (taskIds === undefined || taskIds.includes(change.taskId)) &&
    (namespace === undefined || namespace === change.namespace) &&
    (name === undefined || name === change.name) &&
    (version === undefined || version === change.version) &&
    (events === undefined || events.includes(change.event)) &&
    (steps === undefined || (change.step !== null && steps.includes(change.step)))
  );
}
