import { Injectable } from '@nestjs/common';
import type { StepDocument } from '../../insight/step.reader.js';
import type { TaskPart, TaskParts } from '../../insight/task.parts.js';
import type { TaskOutline } from '../../insight/task.reader.js';
import type { Execution } from '../graphql.execution.js';
import { NestedAccess } from './nested.access.js';
import type { TaskLoader } from './task.loader.js';
import { TaskLoaders } from './task.loaders.js';

/**
 * Reads what a field shows of a task, if the user has the permission that the field declares.
 * Null if the task does not exist for the user.
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

  async task(execution: Execution, taskId: string): Promise<TaskOutline | null> {
    return (await this.loader(execution, taskId))?.task(taskId) ?? null;
  }

  async part<Part extends TaskPart>(execution: Execution, taskId: string, part: Part): Promise<TaskParts[Part] | null> {
    return (await this.loader(execution, taskId))?.part(taskId, part) ?? null;
  }

  /** @param id of the only step that the field shows */
  async steps(execution: Execution, taskId: string, id?: string): Promise<readonly StepDocument[] | null> {
    return (await this.loader(execution, taskId, id))?.steps(taskId) ?? null;
  }

  private async loader(execution: Execution, taskId: string, id?: string): Promise<TaskLoader | null> {
    const exists = await this.access.require(execution, { taskId, ...(id !== undefined && { id }) });
    return exists ? this.loaders.of(execution) : null;
  }
}
