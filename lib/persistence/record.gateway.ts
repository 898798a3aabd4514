import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { JsonValue } from '../workflow/json.js';
import type { TaskScope } from '../workflow/task.scope.js';
import { currentOrigin } from '../options/request.origin.js';
import { AuditWriter } from './audit.writer.js';
import { Database } from './database.js';
import { isInScope, Parameters } from './task-filter.sql.js';
import { UnknownTaskError } from './persistence.errors.js';
import { TaskDetailGateway } from './task-detail.gateway.js';
import type { AnnotationDetails } from './task.details.js';

/** An object of another system. */
export interface RemoteObject {
  /** The name of the system, as in `dependent_system` of templates. */
  readonly system: string;
  readonly id: string;
}

/** A type of annotation. */
export interface AnnotationTypeDetails {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
}

/** Calls the SQL functions for annotations and for mappings between objects of other systems. */
@Injectable()
export class RecordGateway {
  constructor(
    private readonly database: Database,
    private readonly tasks: TaskDetailGateway,
    private readonly audit: AuditWriter,
  ) {}

  /** @throws UnknownTaskError */
  async annotate(taskId: string, type: string, annotation: JsonValue, manager?: EntityManager): Promise<string> {
    const parameters = [taskId, type, JSON.stringify(annotation)];
    const act = { operation: 'annotateTask', kind: 'task', id: taskId, taskId, details: { type } } as const;
    const id = await (currentOrigin()
      ? this.audit.call<string | null>(act, 'annotate_task', parameters, manager)
      : this.database.call<string | null>('annotate_task', parameters, manager));
    if (id === null) throw new UnknownTaskError(taskId);
    return id;
  }

  /**
   * Returns the annotations of a task in the order in which they were made; empty if the task does not exist.
   * @throws AnswerTooLargeError
   */
  async annotationsOf(taskId: string): Promise<readonly AnnotationDetails[]> {
    const task = await this.tasks.findWhole(taskId, ['annotations']);
    return task?.annotations ?? [];
  }

  /**
   * Returns the types by name.
   * @throws AnswerTooLargeError
   */
  async annotationTypes(scope: TaskScope | null): Promise<AnnotationTypeDetails[]> {
    const parameters = new Parameters();
    const isKnown =
      scope === null
        ? 'true'
        : `exists (
            select from __schema__.task_annotations a
            where a.annotation_type_id = y.annotation_type_id and ${isInScope('a.task_id', scope, parameters)}
          )`;
    return this.database.queryWhole<AnnotationTypeDetails>(
      `select y.annotation_type_id::text as id, y.name, y.description from __schema__.annotation_types y
       where ${isKnown} order by y.name`,
      parameters.values,
    );
  }

  /** Returns the ids of the tasks with such an annotation, the latest first. */
  async findAnnotated(type: string, key: string, value: JsonValue, limit: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `select distinct a.task_id as id from __schema__.annotation_types y
       join __schema__.task_annotations a on a.annotation_type_id = y.annotation_type_id
       where y.name = $1 and a.annotation @> jsonb_build_object($2::text, $3::jsonb)
       order by a.task_id desc limit $4`,
      [type, key, JSON.stringify(value), limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Stores a pair of objects. Returns whether it is new; the order does not matter. */
  mapObjects(one: RemoteObject, two: RemoteObject, manager?: EntityManager): Promise<boolean> {
    return this.database.call('map_objects', [one.system, one.id, two.system, two.id], manager);
  }

  /**
   * Returns the objects of all systems that are mapped to this one.
   * @throws AnswerTooLargeError
   */
  async findMapped({ system, id }: RemoteObject): Promise<RemoteObject[]> {
    return this.database.queryWhole<RemoteObject>(
      `select two.name as system, m.remote_id_two as id from __schema__.dependent_system_object_maps m
       join __schema__.dependent_systems one on one.dependent_system_id = m.dependent_system_one_id
       join __schema__.dependent_systems two on two.dependent_system_id = m.dependent_system_two_id
       where one.name = $1 and m.remote_id_one = $2
       union
       select one.name, m.remote_id_one from __schema__.dependent_system_object_maps m
       join __schema__.dependent_systems one on one.dependent_system_id = m.dependent_system_one_id
       join __schema__.dependent_systems two on two.dependent_system_id = m.dependent_system_two_id
       where two.name = $1 and m.remote_id_two = $2
       order by 1, 2`,
      [system, id],
    );
  }
}
