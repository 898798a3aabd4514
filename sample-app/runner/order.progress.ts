import type { TaskDetails, TaskState } from 'nestjs-tasker';
import { STEPS } from '../stories/order.story.js';

/** What there is to see of a step. `waiting` has failed and will be tried again. */
export type StepSight = 'pending' | 'running' | 'waiting' | 'done' | 'failed' | 'other';

export interface StepProgress {
  readonly name: string;
  readonly sight: StepSight;
  readonly attempts: number;
  readonly retryLimit: number;
  readonly code: string | null;
}

export interface OrderProgress {
  readonly title: string;
  readonly state: TaskState;
  readonly steps: readonly StepProgress[];
  /** Until now, or until it ended. */
  readonly elapsedMs: number;
}

/** Shows how far the orders are, again and again. */
export interface ProgressDisplay {
  show(orders: readonly OrderProgress[]): void;
}

export function progressOf(title: string, { state, steps }: TaskDetails, elapsedMs: number): OrderProgress {
  const inOrder = STEPS.map((name) => steps.find((step) => step.name === name)!);
  return { title, state, elapsedMs, steps: inOrder.map(stepProgress) };
}

function stepProgress(step: TaskDetails['steps'][number]): StepProgress {
  const { name, attempts, retryLimit, error } = step;
  return { name, attempts, retryLimit, sight: sightOf(step), code: error?.code ?? null };
}

function sightOf({ state, nextRetryAt }: TaskDetails['steps'][number]): StepSight {
  if (state === 'pending') return 'pending';
  if (state === 'in_progress') return 'running';
  if (state === 'complete') return 'done';
  if (state === 'error') return nextRetryAt === null ? 'failed' : 'waiting';
  return 'other';
}
