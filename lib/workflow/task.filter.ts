import {
  instantProblem,
  isFields,
  isRowId,
  objectProblem,
  requiredTextProblem,
  someOfProblem,
  textProblem,
  textsProblems,
  unknownFieldProblems,
} from './input.checks.js';
import { mustBeListOf } from './input.wording.js';
import { TASK_STATES, type TaskState } from './states.js';
import type { Problem } from './tasker.error.js';

/** Selects tasks for which all given conditions hold. */
export interface TaskFilter {
  readonly ids?: readonly string[];
  readonly namespace?: string;
  /** The name of the task template. */
  readonly name?: string;
  readonly version?: string;
  readonly states?: readonly TaskState[];
  /** Selects tasks that have all of these tags. */
  readonly tags?: readonly string[];
  /** Selects tasks that have at least one of these tags. */
  readonly anyTags?: readonly string[];
  readonly initiator?: string;
  readonly sourceSystem?: string;
  /** Selects the task with this `identityHash`. */
  readonly identityHash?: string;
  /** Selects tasks with a matching annotation. */
  readonly annotation?: AnnotationFilter;
  /**
   * An SQL/JSON path that must match something in the context, such as `$.order ? (@.total > 100)`. At most 1,000
   * characters.
   */
  readonly contextPath?: string;
  /** A text to find in the name, the reason, the initiator, the source system or a tag. Case is ignored. */
  readonly text?: string;
  readonly createdAfter?: Date | string;
  readonly createdBefore?: Date | string;
  readonly updatedAfter?: Date | string;
  readonly updatedBefore?: Date | string;
}

/** Selects tasks that have an annotation for which all given conditions hold. */
export interface AnnotationFilter {
  readonly type?: string;
  /** The name of a field of the annotation, which must be an object. */
  readonly key?: string;
  /** The value of the field `key`: the string itself, or its JSON if it is not a string. */
  readonly value?: string;
}

const MAX_PATH_LENGTH = 1_000;
const HASH_LENGTH = 128;
const MAX_IDS = 1_000;
const INSTANTS = ['createdAfter', 'createdBefore', 'updatedAfter', 'updatedBefore'] as const;
const TEXTS = ['namespace', 'name', 'version', 'initiator', 'sourceSystem', 'text'] as const;

const FIELDS: readonly (keyof TaskFilter)[] = [
  'ids',
  ...TEXTS,
  'states',
  'tags',
  'anyTags',
  'identityHash',
  'annotation',
  'contextPath',
  ...INSTANTS,
];

const ANNOTATION_FIELDS: readonly (keyof AnnotationFilter)[] = ['type', 'key', 'value'];

/**
 * The problems of a filter. Types are checked too, because it may come from JavaScript. The pointers begin with `at`.
 * @param more further allowed fields, which the caller checks
 */
export function taskFilterProblems(filter: unknown, at = '', more: readonly string[] = []): Problem[] {
  if (!isFields(filter)) return [objectProblem(at, filter)!];
  const given = filter as Readonly<Record<keyof TaskFilter, unknown>>;
  return [
    ...unknownFieldProblems(filter, [...more, ...FIELDS], at),
    idsProblem(`${at}/ids`, given.ids),
    ...TEXTS.map((field) => textProblem(`${at}/${field}`, given[field])),
    someOfProblem(`${at}/states`, given.states, TASK_STATES),
    ...textsProblems(`${at}/tags`, given.tags),
    ...textsProblems(`${at}/anyTags`, given.anyTags),
    textProblem(`${at}/identityHash`, given.identityHash, HASH_LENGTH),
    ...annotationProblems(`${at}/annotation`, given.annotation),
    textProblem(`${at}/contextPath`, given.contextPath, MAX_PATH_LENGTH),
    ...INSTANTS.map((field) => instantProblem(`${at}/${field}`, given[field])),
  ].filter((problem) => problem !== null);
}

function idsProblem(pointer: string, ids: unknown): Problem | null {
  if (ids === undefined || (Array.isArray(ids) && ids.length <= MAX_IDS && ids.every(isRowId))) return null;
  return { pointer, message: mustBeListOf(`at most ${MAX_IDS} ids of tasks, as strings`) };
}

function annotationProblems(pointer: string, annotation: unknown): (Problem | null)[] {
  if (annotation === undefined) return [];
  if (!isFields(annotation)) return [objectProblem(pointer, annotation)];
  const { type, key, value } = annotation as Readonly<Record<keyof AnnotationFilter, unknown>>;
  return [
    ...unknownFieldProblems(annotation, ANNOTATION_FIELDS, pointer),
    type === undefined && key === undefined ? { pointer, message: 'must have a type or a key' } : null,
    textProblem(`${pointer}/type`, type),
    value === undefined ? textProblem(`${pointer}/key`, key) : requiredTextProblem(`${pointer}/key`, key),
    textProblem(`${pointer}/value`, value),
  ];
}
