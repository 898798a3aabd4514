import { Injectable } from '@nestjs/common';
import { soughtName } from '../workflow/input.checks.js';
import type { TaskScope } from '../workflow/task.scope.js';
import { Database } from './database.js';
import type { StoredPart, StoredParts, TaskOutline } from './task.details.js';
import { Parameters, scopeConditions } from './task-filter.sql.js';
import { columnsOf, detailsOf, tasksRead, type IfLarger, type ReadTask } from './task-read.sql.js';

/** Reads tasks with their parts. */
@Injectable()
export class TaskDetailGateway {
  constructor(private readonly database: Database) {}

  /**
   * Returns the task with these complete parts; null if there is none.
   * @throws AnswerTooLargeError
   */
  async findWhole<Part extends StoredPart>(
    taskId: string,
    parts: readonly Part[],
  ): Promise<(TaskOutline & Pick<StoredParts, Part>) | null> {
    const found = await this.read([taskId], parts, null, 'refuse', null);
    return (found.get(taskId) as (TaskOutline & Pick<StoredParts, Part>) | undefined) ?? null;
  }

  /** Returns the id of the task of the step, or null. */
  async taskOfStep(stepId: string): Promise<string | null> {
    const [row] = await this.database.query<{ taskId: string }>(
      'select task_id as "taskId" from __schema__.workflow_steps where workflow_step_id = $1',
      [stepId],
    );
    return row?.taskId ?? null;
  }

  /**
   * Returns the existing tasks in scope by id, with the requested parts, all of the same instant, because it uses one
   * statement. Steps are in the order of declaration. If the tasks together are too large, the largest values are left
   * out (see `OmittedValue`).
   *
   * @param step the name or id of the only step whose results and error are read; null for all steps
   * @throws AnswerTooLargeError
   */
  findMany(
    taskIds: readonly string[],
    parts: readonly StoredPart[],
    step: string | null = null,
    scope: TaskScope | null = null,
  ): Promise<ReadonlyMap<string, TaskOutline & Partial<StoredParts>>> {
    return this.read(taskIds, parts, step, 'omit', scope);
  }

  private async read(
    taskIds: readonly string[],
    parts: readonly StoredPart[],
    step: string | null,
    ifLarger: IfLarger,
    scope: TaskScope | null,
  ): Promise<ReadonlyMap<string, TaskOutline & Partial<StoredParts>>> {
    const parameters = new Parameters();
    const [given, ...rest] = [taskIds, parts, step && soughtName(step), this.database.maxReadBytes].map((value) =>
      parameters.add(value),
    ) as [string, string, string, string];
    const ids = scope === null ? given : idsInScope(given, scope, parameters);
    const rows = await this.database.query<ReadTask>(
      `select ${columnsOf(parts, scope, parameters)} from ${tasksRead(ids, ...rest, ifLarger)}`,
      parameters.values,
    );
    return new Map(rows.map((row) => detailsOf(row, parts)).map((task) => [task.id, task]));
  }
}

function idsInScope(taskIds: string, scope: TaskScope, parameters: Parameters): string {
  const conditions = [`t.task_id = any (${taskIds}::bigint[])`, ...scopeConditions(scope, parameters)];
  return `array(select t.task_id from __schema__.tasks t where ${conditions.join(' and ')})`;
}
