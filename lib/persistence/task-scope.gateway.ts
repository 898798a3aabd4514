import { Injectable } from '@nestjs/common';
import { mustBe } from '../workflow/input.wording.js';
import { checkScope, InvalidScopeError } from '../workflow/task.scope.check.js';
import type { TaskScope } from '../workflow/task.scope.js';
import { Database } from './database.js';
import { isOfOnePart } from './sql.errors.js';
import { Parameters, scopeConditions } from './task-filter.sql.js';

/** The ids of the tasks in a scope; or the error, if the database cannot evaluate the scope. */
export type TasksInScope = ReadonlySet<string> | Error;

/** Finds the tasks in a scope. */
@Injectable()
export class TaskScopeGateway {
  constructor(private readonly database: Database) {}

  /**
   * Checks everything that can be checked without reading tasks.
   * @throws InvalidScopeError
   */
  async check(scope: TaskScope | null): Promise<void> {
    checkScope(scope);
    if (scope?.contextPath === undefined) return;
    if (await this.database.call<boolean>('is_json_path', [scope.contextPath])) return;
    throw new InvalidScopeError([{ pointer: '/contextPath', message: mustBe('an SQL/JSON path') }]);
  }

  /**
   * For each scope, returns those of the tasks that are in it now. It uses one statement. If a scope makes it fail, for
   * example by a path with a variable, the scopes are evaluated separately, and only that scope has an error.
   */
  async tasksIn(scopes: readonly TaskScope[], taskIds: readonly string[]): Promise<readonly TasksInScope[]> {
    try {
      return await this.ask(scopes, taskIds);
    } catch (error) {
      if (!(error instanceof InvalidScopeError) && !isOfOnePart(error)) throw error;
      if (scopes.length === 1) return [error as Error];
    }
    const answers: TasksInScope[] = [];
    for (const scope of scopes) answers.push(...(await this.tasksIn([scope], taskIds)));
    return answers;
  }

  private async ask(scopes: readonly TaskScope[], taskIds: readonly string[]): Promise<readonly ReadonlySet<string>[]> {
    const parameters = new Parameters();
    const ids = parameters.add(taskIds);
    const isIn = scopes.map((scope) => `(${['true', ...scopeConditions(scope, parameters)].join(' and ')})`);
    const rows = await this.database.query<{ id: string; places: readonly number[] }>(
      `select t.task_id::text as id, to_json(array_positions(array[${isIn.join(', ')}], true)) as places
       from __schema__.tasks t where t.task_id = any (${ids}::bigint[])`,
      parameters.values,
    );
    return scopes.map(
      (_, index) => new Set(rows.filter(({ places }) => places.includes(index + 1)).map(({ id }) => id)),
    );
  }
}
