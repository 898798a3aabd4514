import {
  isFields,
  isRowId,
  objectProblem,
  textProblem,
  textsProblems,
  unknownFieldProblems,
} from '../workflow/input.checks.js';
import { mustBeListOf } from '../workflow/input.wording.js';
import type { Problem } from '../workflow/tasker.error.js';
import { CHANGE_EVENTS, type Change, type ChangeEvent } from './change.js';

/** Selects changes; all given conditions must hold. */
export interface ChangeFilter {
  readonly taskIds?: readonly string[];
  readonly namespace?: string;
  /** Of the task template. */
  readonly name?: string;
  readonly version?: string;
  /** One of these. */
  readonly events?: readonly ChangeEvent[];
  /** Names of steps, of which only these; those of the tasks themselves are left out then. */
  readonly steps?: readonly string[];
}

const MAX_LIST = 100;
const TEXTS = ['namespace', 'name', 'version'] as const;
const FIELDS: readonly string[] = ['taskIds', ...TEXTS, 'events', 'steps'] satisfies (keyof ChangeFilter)[];

/** The problems of a filter, which may come from JavaScript; their pointers begin with `at`. */
export function changeFilterProblems(filter: unknown, at = ''): Problem[] {
  if (!isFields(filter)) return [objectProblem(at, filter)!];
  const { taskIds, events, steps, ...texts } = filter as Readonly<Record<keyof ChangeFilter, unknown>>;
  return [
    ...unknownFieldProblems(filter, FIELDS, at),
    listProblem(`${at}/taskIds`, taskIds, isRowId, 'ids of tasks, as strings'),
    ...TEXTS.map((field) => textProblem(`${at}/${field}`, texts[field])),
    listProblem(`${at}/events`, events, isChangeEvent, `events: ${CHANGE_EVENTS.join(', ')}`),
    listProblem(`${at}/steps`, steps, () => true, 'names of steps'),
    ...textsProblems(`${at}/steps`, Array.isArray(steps) ? steps : undefined),
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

/** An empty list is refused, because it would match nothing. */
function listProblem(pointer: string, list: unknown, fits: (each: unknown) => boolean, what: string): Problem | null {
  if (list === undefined) return null;
  const isList = Array.isArray(list) && list.length > 0 && list.length <= MAX_LIST && list.every(fits);
  return isList ? null : { pointer, message: mustBeListOf(`1 to ${MAX_LIST} ${what}`) };
}

function isChangeEvent(value: unknown): boolean {
  return (CHANGE_EVENTS as readonly unknown[]).includes(value);
}
