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

/** Selects tasks; all given conditions must hold. */
export interface TaskFilter {
  readonly ids?: readonly string[];
  readonly namespace?: string;
  /** Of the task template. */
  readonly name?: string;
  readonly version?: string;
  readonly states?: readonly TaskState[];
  /** Tasks that have all of these. */
  readonly tags?: readonly string[];
  /** Tasks that have one of these at least. */
  readonly anyTags?: readonly string[];
  readonly initiator?: string;
  readonly sourceSystem?: string;
  /** The task that this identity stands for, as `identityHash` of a task shows it. */
  readonly identityHash?: string;
  /** Tasks with such an annotation. */
  readonly annotation?: AnnotationFilter;
  /** SQL/JSON path that finds something in the context, such as `$.order ? (@.total > 100)`. At most 1,000 characters. */
  readonly contextPath?: string;
  /** Part of the name, the reason, the initiator, the source system or a tag, whatever the case. */
  readonly text?: string;
  readonly createdAfter?: Date | string;
  readonly createdBefore?: Date | string;
  readonly updatedAfter?: Date | string;
  readonly updatedBefore?: Date | string;
}

/** Selects tasks by one of their annotations; all given conditions must hold. */
export interface AnnotationFilter {
  readonly type?: string;
  /** A field of the annotation, if that is an object. */
  readonly key?: string;
  /** What that field holds: its text, or its JSON for what is no text. */
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
 * The problems of a filter, which may come from JavaScript; their pointers begin with `at`.
 * @param more further fields that are allowed, and that the caller checks
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
