import { Injectable } from '@nestjs/common';
import type { StepDetails, StepErrorDetails, TaskOutline } from '../persistence/task.details.js';
import type { TaskScope } from '../workflow/task.scope.js';
import { analyseTask } from './task.analysis.js';
import type { TaskListRequest } from './task.list.js';
import { TaskReader } from './task.reader.js';

/**
 * An action that repairs a failed step, once the cause of a permanent failure has been fixed in code, in data or in
 * another system.
 */
export type StepRepair = (typeof STEP_REPAIRS)[number];
export const STEP_REPAIRS = ['retry', 'reset', 'skip', 'resolve'] as const;

/** An action that repairs a whole task. */
export type TaskRepair = (typeof TASK_REPAIRS)[number];
export const TASK_REPAIRS = ['retry', 'resolve', 'rerun', 'cancel'] as const;

/** A failed step of a dead letter. */
export interface FailedStep {
  readonly id: string;
  readonly name: string;
  readonly attempts: number;
  readonly retryLimit: number;
  readonly error: StepErrorDetails | null;
  /** The names of the steps that cannot run before this step is repaired. */
  readonly blocks: readonly string[];
  /** The possible actions, the most likely one first. */
  readonly repairs: readonly StepRepair[];
}

/** A task that a person must repair, with its failed steps and the possible actions. */
export interface DeadLetter {
  readonly task: TaskOutline;
  /** The failed steps. Empty if the task passed its deadline without a failed step. */
  readonly failedSteps: readonly FailedStep[];
  /** The possible actions on the whole task. */
  readonly repairs: readonly TaskRepair[];
}

/** A page of dead letters. */
export interface DeadLetterPage {
  readonly items: readonly { readonly letter: DeadLetter; readonly cursor: string }[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}

/** Lists the tasks that cannot go on without a person. */
@Injectable()
export class DeadLetterReader {
  constructor(private readonly tasks: TaskReader) {}

  /**
   * Returns the tasks in error that are in scope. States and parts in the request are ignored.
   * @throws the errors of `TaskReader.list`
   */
  async list(request: TaskListRequest = {}, scope: TaskScope | null = null): Promise<DeadLetterPage> {
    const filter = { ...request.filter, states: ['error'] as const };
    const { items, hasNext, hasPrevious } = await this.tasks.list({ ...request, filter, include: ['steps'] }, scope);
    return {
      items: items.map(({ task: { steps = [], ...task }, cursor }) => ({ letter: letterOf(task, steps), cursor })),
      hasNext,
      hasPrevious,
    };
  }
}

function letterOf(task: TaskOutline, steps: readonly StepDetails[]): DeadLetter {
  const failed = steps.filter(({ state }) => state === 'error'); // these failed for good, because no step of a task in error can still run
  const blocks = new Map(analyseTask(task.state, steps).failures.map((failure) => [failure.step, failure.blocks]));
  return {
    task,
    failedSteps: failed.map((step) => ({
      id: step.id,
      name: step.name,
      attempts: step.attempts,
      retryLimit: step.retryLimit,
      error: step.error,
      blocks: blocks.get(step.name) ?? [],
      repairs: repairsOf(step),
    })),
    repairs: TASK_REPAIRS,
  };
}

function repairsOf({ error, skippable }: StepDetails): readonly StepRepair[] {
  const again: readonly StepRepair[] = error?.permanent ? ['reset'] : ['retry', 'reset'];
  return [...again, ...(skippable ? (['skip'] as const) : []), 'resolve'];
}
