import { Injectable } from '@nestjs/common';
import type { StepDetails, StepErrorDetails, TaskOutline } from '../persistence/task.details.js';
import type { TaskScope } from '../workflow/task.scope.js';
import { analyseTask } from './task.analysis.js';
import type { TaskListRequest } from './task.list.js';
import { TaskReader } from './task.reader.js';

/**
 * An action that would repair a failed step. A permanent failure has to be mended first, outside of the engine: in code, in
 * data, in another system.
 */
export type Repair = (typeof STEP_REPAIRS)[number];
export const STEP_REPAIRS = ['retry', 'reset', 'skip', 'resolve'] as const;

/** A way out for a whole task. */
export type TaskRepair = (typeof TASK_REPAIRS)[number];
export const TASK_REPAIRS = ['retry', 'resolve', 'rerun', 'cancel'] as const;

/** A failed step of a dead letter. */
export interface FailedStep {
  readonly id: string;
  readonly name: string;
  readonly attempts: number;
  readonly retryLimit: number;
  readonly error: StepErrorDetails | null;
  /** Names of the steps that cannot run before this one is repaired. */
  readonly blocks: readonly string[];
  readonly repairs: readonly Repair[];
}

/** A task that needs a person: what is wrong, and which actions would repair it. */
export interface DeadLetter {
  readonly task: TaskOutline;
  /** Empty for a task that passed its deadline while nothing of it had failed. */
  readonly failedSteps: readonly FailedStep[];
  /** Of the whole task. */
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
   * Tasks in error that are in scope; what the request says of states and parts does not count.
   * @throws as `TaskReader.list`
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
  const failed = steps.filter(({ state }) => state === 'error'); // for good: a task in error has nothing that may still run
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

function repairsOf({ error, skippable }: StepDetails): readonly Repair[] {
  const again: readonly Repair[] = error?.permanent ? ['reset'] : ['retry', 'reset'];
  return [...again, ...(skippable ? (['skip'] as const) : []), 'resolve'];
}
