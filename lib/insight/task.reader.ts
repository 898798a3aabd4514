import { Injectable } from '@nestjs/common';
import { TaskDetailGateway } from '../persistence/task-detail.gateway.js';
import type { StepDetails, TaskDetails } from '../persistence/task.details.js';
import { analyseGraph } from '../workflow/graph.js';
import { UnknownTaskError } from '../persistence/persistence.errors.js';

export type { StepDetails, StepErrorDetails, TaskDetails, TaskSummary } from '../persistence/task.details.js';

/** Answers what a task and its steps are doing. */
@Injectable()
export class TaskReader {
  constructor(private readonly gateway: TaskDetailGateway) {}

  /** @throws UnknownTaskError */
  async get(taskId: string): Promise<TaskDetails> {
    const task = await this.find(taskId);
    if (!task) throw new UnknownTaskError(taskId);
    return task;
  }

  /** The task in full, or null when there is none; what cannot be an id names no task either. */
  async find(taskId: string): Promise<TaskDetails | null> {
    if (!isRowId(taskId)) return null;
    const task = await this.gateway.find(taskId);
    return task && { ...task, steps: dependenciesFirst(task.steps) };
  }
}

/** A positive `bigint` as PostgreSQL writes it. */
function isRowId(text: string): boolean {
  return /^[1-9]\d{0,18}$/.test(text) && BigInt(text) <= 9_223_372_036_854_775_807n;
}

function dependenciesFirst(steps: readonly StepDetails[]): readonly StepDetails[] {
  const byName = new Map(steps.map((step) => [step.name, step]));
  return analyseGraph(steps).order.map((name) => byName.get(name)!);
}
