import { isRowId, textProblem, textsProblems } from '../workflow/input.checks.js';
import { escapePointer } from '../workflow/json.check.js';
import type { Problem } from '../workflow/tasker.error.js';
import { CHANGE_EVENTS, type Change, type ChangeEvent } from './change.js';

/** Which changes are meant; all that is given must hold. */
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

/** What is wrong with a filter, which may come from JavaScript; pointers begin with `at`. */
export function changeFilterProblems(filter: unknown, at = ''): Problem[] {
  if (typeof filter !== 'object' || filter === null) return [{ pointer: at, message: 'must be an object' }];
  const { taskIds, events, steps, ...texts } = filter as Readonly<Record<keyof ChangeFilter, unknown>>;
  const unknown = Object.keys(filter).filter((field) => !FIELDS.includes(field));
  return [
    ...unknown.map((field) => ({
      pointer: `${at}/${escapePointer(field)}`,
      message: `is no filter; known: ${FIELDS.join(', ')}`,
    })),
    listProblem(`${at}/taskIds`, taskIds, isRowId, 'ids of tasks, as texts'),
    ...TEXTS.map((field) => textProblem(`${at}/${field}`, texts[field])),
    listProblem(`${at}/events`, events, isChangeEvent, CHANGE_EVENTS.join(', ')),
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

/** An empty list would mean nothing at all, which nobody wants to listen to. */
function listProblem(pointer: string, list: unknown, fits: (each: unknown) => boolean, what: string): Problem | null {
  if (list === undefined) return null;
  const isList = Array.isArray(list) && list.length > 0 && list.length <= MAX_LIST && list.every(fits);
  return isList ? null : { pointer, message: `must be a list of 1 to ${MAX_LIST} of: ${what}` };
}

function isChangeEvent(value: unknown): boolean {
  return (CHANGE_EVENTS as readonly unknown[]).includes(value);
}
