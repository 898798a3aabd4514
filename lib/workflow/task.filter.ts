import { isFields, objectProblem, unknownFieldProblems } from './input.checks.js';
import { Input, inputNames, inputProblems } from './input.fields.js';
import { fieldsOf, instant, someOf, taskIds, text, texts, type Choice } from './input.kinds.js';
import { IS_REQUIRED } from './input.wording.js';
import { TASK_STATES, type TaskState } from './states.js';
import type { Problem } from './tasker.error.js';

const MAX_PATH_LENGTH = 1_000;
const HASH_LENGTH = 128;
const MAX_IDS = 1_000;
const STATES: Choice = { name: 'TaskState', values: TASK_STATES };

/** The fields of `AnnotationFilter`. */
export class AnnotationFilterFields {
  @Input(text(), 'The type of the annotation.')
  readonly type?: string;

  /** The name of a field of the annotation, which must be an object. */
  @Input(text(), 'The name of a field of the annotation, which must be an object.')
  readonly key?: string;

  /** The value of that field: the string itself, or its JSON if it is not a string. */
  @Input(text(), 'The value of the field `key`: the string itself, or its JSON if it is not a string.')
  readonly value?: string;
}

/** Selects tasks that have an annotation for which all given conditions hold. */
export type AnnotationFilter = Readonly<AnnotationFilterFields>;

/** The fields of `TaskFilter`. */
export class TaskFilterFields {
  /** At most 1,000. */
  @Input(taskIds(MAX_IDS), 'Selects the tasks with these ids.')
  readonly ids?: readonly string[];

  @Input(text(), 'The namespace of the task template.')
  readonly namespace?: string;

  @Input(text(), 'The name of the task template.')
  readonly name?: string;

  @Input(text(), 'The version of the task template.')
  readonly version?: string;

  /** Tasks in one of these states. */
  @Input(someOf(STATES), 'Selects tasks in one of these states.')
  readonly states?: readonly TaskState[];

  /** Tasks that have all of these tags. */
  @Input(texts, 'Selects tasks that have all of these tags.')
  readonly tags?: readonly string[];

  /** Tasks that have at least one of these tags. */
  @Input(texts, 'Selects tasks that have at least one of these tags.')
  readonly anyTags?: readonly string[];

  @Input(text(), 'The person or program that started the task.')
  readonly initiator?: string;

  @Input(text(), 'The system from which the task was started.')
  readonly sourceSystem?: string;

  /** The `identityHash` of a task, which equal requests share. */
  @Input(text(HASH_LENGTH), 'The `identityHash` of a task, which equal requests share.')
  readonly identityHash?: string;

  /** Tasks with a matching annotation. */
  @Input(fieldsOf(AnnotationFilterFields, 'AnnotationFilter'), 'Selects tasks with a matching annotation.')
  readonly annotation?: AnnotationFilter;

  /** An SQL/JSON path that must match something in the context, such as `$.order ? (@.total > 100)`. At most 1,000 characters. */
  @Input(
    text(MAX_PATH_LENGTH),
    'An SQL/JSON path that must match something in the context, such as `$.order ? (@.total > 100)`.',
  )
  readonly contextPath?: string;

  /** Text to find in the name, the reason, the initiator, the source system or a tag. Case is ignored. */
  @Input(text(), 'Text to find in the name, the reason, the initiator, the source system or a tag. Case is ignored.')
  readonly text?: string;

  @Input(instant, 'Selects tasks created after this instant. ISO 8601 with a time zone.')
  readonly createdAfter?: Date | string;

  @Input(instant, 'Selects tasks created before this instant. ISO 8601 with a time zone.')
  readonly createdBefore?: Date | string;

  /** The latest change of the task itself was after this instant. */
  @Input(instant, 'Selects tasks whose latest change of their own was after this instant. ISO 8601 with a time zone.')
  readonly updatedAfter?: Date | string;

  @Input(instant, 'Selects tasks whose latest change of their own was before this instant. ISO 8601 with a time zone.')
  readonly updatedBefore?: Date | string;
}

/** Selects tasks for which all given conditions hold. */
export type TaskFilter = Readonly<TaskFilterFields>;

/**
 * The problems of a filter. Types are checked too, because it may come from JavaScript. The pointers begin with `at`.
 * @param more further allowed fields, which the caller checks
 */
export function taskFilterProblems(filter: unknown, at = '', more: readonly string[] = []): Problem[] {
  if (!isFields(filter)) return [objectProblem(at, filter)!];
  return [
    ...unknownFieldProblems(filter, [...inputNames(TaskFilterFields), ...more], at),
    ...inputProblems(TaskFilterFields, filter, at),
    annotationProblem(`${at}/annotation`, filter.annotation),
  ].filter((problem) => problem !== null);
}

function annotationProblem(pointer: string, annotation: unknown): Problem | null {
  if (!isFields(annotation)) return null;
  const { type, key, value } = annotation;
  if (type === undefined && key === undefined) return { pointer, message: 'must have a type or a key' };
  const isKeyMissing = value !== undefined && (key === undefined || key === '');
  return isKeyMissing ? { pointer: `${pointer}/key`, message: IS_REQUIRED } : null;
}
