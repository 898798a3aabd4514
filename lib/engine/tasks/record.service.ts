import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { RecordGateway, type RemoteObject } from '../../persistence/record.gateway.js';
import type { AnnotationDetails } from '../../persistence/task.details.js';
import { requiredTextProblem, rowIdProblem } from '../../workflow/input.checks.js';
import type { JsonValue } from '../../workflow/json.js';
import type { Problem } from '../../workflow/tasker.error.js';
import { annotationProblems } from './annotation.check.js';
import { InvalidActionError } from '../engine.errors.js';

const MAX_NAME_LENGTH = 64;
const MAX_FOUND = 1_000;

/**
 * Stores records about workflows: annotations of tasks, and mappings between equal objects of other systems.
 */
@Injectable()
export class RecordService {
  constructor(private readonly gateway: RecordGateway) {}

  /**
   * Stores an annotation of a task under a type of your choice, of at most 64 characters. Returns the id of the
   * annotation.
   *
   * @param manager the transaction to store it in: one of the host, or that of a transactional step
   * @throws InvalidActionError, UnknownTaskError
   */
  async annotate(taskId: string, type: string, annotation: JsonValue, manager?: EntityManager): Promise<string> {
    refuse('annotate a task', [
      rowIdProblem('/taskId', taskId, 'task'),
      ...annotationProblems('', { type, annotation }),
    ]);
    return this.gateway.annotate(taskId, type, annotation, manager);
  }

  /**
   * Returns all annotations of a task, in the order in which they were made.
   * @throws AnswerTooLargeError
   */
  annotationsOf(taskId: string): Promise<readonly AnnotationDetails[]> {
    return this.gateway.annotationsOf(taskId);
  }

  /**
   * Returns the ids of the tasks with an annotation of this type whose `key` is `value`, the latest first, at most a
   * thousand.
   */
  findAnnotated(type: string, key: string, value: JsonValue): Promise<readonly string[]> {
    return this.gateway.findAnnotated(type, key, value, MAX_FOUND);
  }

  /**
   * Stores that two objects of other systems are the same; their order does not matter. Returns whether the mapping is
   * new. A system is created with its first use.
   *
   * @throws InvalidActionError
   */
  async mapObjects(one: RemoteObject, two: RemoteObject, manager?: EntityManager): Promise<boolean> {
    refuse('map objects', [...objectProblems('/one', one), ...objectProblems('/two', two)]);
    return this.gateway.mapObjects(one, two, manager);
  }

  /**
   * Returns the objects that are mapped to this one.
   * @throws AnswerTooLargeError
   */
  findMapped(object: RemoteObject): Promise<readonly RemoteObject[]> {
    return this.gateway.findMapped(object);
  }
}

function objectProblems(pointer: string, object: unknown): (Problem | null)[] {
  const { system, id } = (object ?? {}) as Partial<Record<keyof RemoteObject, unknown>>;
  return [requiredTextProblem(`${pointer}/system`, system, MAX_NAME_LENGTH), requiredTextProblem(`${pointer}/id`, id)];
}

function refuse(action: string, found: readonly (Problem | null)[]): void {
  const problems = found.filter((problem) => problem !== null);
  if (problems.length > 0) throw new InvalidActionError(action, problems);
}
