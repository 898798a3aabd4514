import { Injectable } from '@nestjs/common';
import type { Permission } from '../../workflow/access/permissions.js';
import type { StepDocument } from '../../insight/step.reader.js';
import type { TaskPart, TaskParts } from '../../insight/task.parts.js';
import type { TaskOutline } from '../../insight/task.reader.js';
import type { Execution } from '../graphql.execution.js';
import { NestedAccess, type Named } from './nested.access.js';
import type { TaskLoader } from './task.loader.js';
import { TaskLoaders } from './task.loaders.js';

/**
 * Reads what a field shows of a task, with the permission that the field declares unless another one is given. Null if
 * the task does not exist for the user.
 */
@Injectable()
export class NestedReader {
  constructor(
    private readonly loaders: TaskLoaders,
    private readonly access: NestedAccess,
  ) {}

  /** Remembers tasks that the operation has read in its scope. */
  know(execution: Execution, tasks: readonly TaskOutline[]): void {
    const loader = this.loaders.of(execution);
    for (const task of tasks) loader.know(task);
    this.access.know(execution, tasks);
  }

  async task(execution: Execution, taskId: string, permission?: Permission): Promise<TaskOutline | null> {
    return (await this.loader(execution, { taskId }, permission))?.task(taskId) ?? null;
  }

  async part<Part extends TaskPart>(
    execution: Execution,
    taskId: string,
    part: Part,
    permission?: Permission,
  ): Promise<TaskParts[Part] | null> {
    return (await this.loader(execution, { taskId }, permission))?.part(taskId, part) ?? null;
  }

  /** @param named the task, or the only step that is shown */
  async steps(execution: Execution, named: Named, permission?: Permission): Promise<readonly StepDocument[] | null> {
    return (await this.loader(execution, named, permission))?.steps(named.taskId) ?? null;
  }

  private async loader(execution: Execution, named: Named, permission?: Permission): Promise<TaskLoader | null> {
    const exists = await this.access.require(execution, named, permission);
    return exists ? this.loaders.of(execution) : null;
  }
}
