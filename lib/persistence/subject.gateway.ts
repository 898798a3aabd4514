import { Injectable } from '@nestjs/common';
import { isRowId, soughtName } from '../workflow/input.checks.js';
import type { TaskScope } from '../workflow/task.scope.js';
import { Database } from './database.js';
import { Parameters, scopeConditions } from './task-filter.sql.js';

/** The task or step that an operation is about. */
export interface NamedSubject {
  readonly taskId: string;
  readonly namespace: string;
  /** The name of the task template. */
  readonly name: string;
  readonly version: string;
  readonly initiator: string;
  /** Null if the operation is about the task only, or if it has no such step. */
  readonly stepId: string | null;
  readonly step: string | null;
}

const COLUMNS = `t.task_id::text as "taskId", ns.name as namespace, nt.name, nt.version, t.initiator`;
const TEMPLATE = `
  join __schema__.named_tasks nt on nt.named_task_id = t.named_task_id
  join __schema__.task_namespaces ns on ns.task_namespace_id = nt.task_namespace_id`;
const NO_STEP = 'null as "stepId", null as step';

/**
 * Finds the subject of a decision about access, with one short statement by primary key. A task out of scope is not
 * found. All methods throw `InvalidScopeError`.
 */
@Injectable()
export class SubjectGateway {
  constructor(private readonly database: Database) {}

  /** Returns the task; null if there is none. */
  async ofTask(taskId: string, scope: TaskScope | null): Promise<NamedSubject | null> {
    if (!isRowId(taskId)) return null;
    const parameters = new Parameters();
    return this.one(
      `select ${COLUMNS}, ${NO_STEP} from __schema__.tasks t ${TEMPLATE}
       where t.task_id = ${parameters.add(taskId)} ${inScope(scope, parameters)}`,
      parameters,
    );
  }

  /**
   * Returns the task with the step; null if there is no such task.
   * @param step the name or id
   */
  async ofStepIn(taskId: string, step: string, scope: TaskScope | null): Promise<NamedSubject | null> {
    if (!isRowId(taskId)) return null;
    const parameters = new Parameters();
    const sought = `${parameters.add(soughtName(step))}::text`;
    return this.one(
      `select ${COLUMNS}, s.id as "stepId", s.name as step from __schema__.tasks t ${TEMPLATE}
       left join lateral (
         select s.workflow_step_id::text as id, n.name
         from __schema__.workflow_steps s join __schema__.named_steps n on n.named_step_id = s.named_step_id
         where s.task_id = t.task_id and (n.name = ${sought} or s.workflow_step_id::text = ${sought})
         order by n.name = ${sought} desc limit 1
       ) s on true
       where t.task_id = ${parameters.add(taskId)} ${inScope(scope, parameters)}`,
      parameters,
    );
  }

  /** Returns the step; null if there is none. */
  async ofStep(stepId: string, scope: TaskScope | null): Promise<NamedSubject | null> {
    if (!isRowId(stepId)) return null;
    const parameters = new Parameters();
    return this.one(
      `select ${COLUMNS}, s.workflow_step_id::text as "stepId", n.name as step
       from __schema__.workflow_steps s
       join __schema__.named_steps n on n.named_step_id = s.named_step_id
       join __schema__.tasks t on t.task_id = s.task_id ${TEMPLATE}
       where s.workflow_step_id = ${parameters.add(stepId)} ${inScope(scope, parameters)}`,
      parameters,
    );
  }

  private async one(sql: string, { values }: Parameters): Promise<NamedSubject | null> {
    const [row] = await this.database.query<NamedSubject>(sql, values);
    return row ?? null;
  }
}

function inScope(scope: TaskScope | null, parameters: Parameters): string {
  return scopeConditions(scope, parameters)
    .map((condition) => ` and ${condition}`)
    .join('');
}
