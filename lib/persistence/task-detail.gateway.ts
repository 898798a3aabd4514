import { Injectable } from '@nestjs/common';
import { Database } from './database.js';
import type { StoredPart, StoredParts, TaskDetails, TaskOutline } from './task.details.js';
import { columnsOf, detailsOf, tasksRead, type ReadTask } from './task-read.sql.js';

/** Reads tasks with what belongs to them. */
@Injectable()
export class TaskDetailGateway {
  constructor(private readonly database: Database) {}

  /** The task with its context, summary and steps, or null. */
  async find(taskId: string): Promise<TaskDetails | null> {
    const found = await this.findMany([taskId], ['context', 'summary', 'steps']);
    return (found.get(taskId) as TaskDetails | undefined) ?? null;
  }

  /** The id of the task that has the step, or null. */
  async taskOfStep(stepId: string): Promise<string | null> {
    const [row] = await this.database.query<{ taskId: string }>(
      'select task_id as "taskId" from __schema__.workflow_steps where workflow_step_id = $1',
      [stepId],
    );
    return row?.taskId ?? null;
  }

  /**
   * The tasks that exist, by id, with the parts that are asked for. One statement, however many tasks and parts, so that all
   * is of the same instant. Steps come in the order of declaration.
   */
  async findMany(
    taskIds: readonly string[],
    parts: readonly StoredPart[],
  ): Promise<ReadonlyMap<string, TaskOutline & Partial<StoredParts>>> {
    const rows = await this.database.query<ReadTask>(`select ${columnsOf(parts)} from ${tasksRead('$1', '$2')}`, [
      taskIds,
      parts,
    ]);
    return new Map(rows.map((row) => [row.outline.id, detailsOf(row, parts)]));
  }
}
