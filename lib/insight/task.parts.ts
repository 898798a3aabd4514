import type { StoredParts, TaskOutline } from '../persistence/task.details.js';
import type { TaskAnalysis } from './task.analysis.js';

/** What belongs to a task and is shown on demand, all of one instant. */
export interface TaskParts extends StoredParts {
  readonly analysis: TaskAnalysis;
}

export type TaskPart = keyof TaskParts;

export const TASK_PARTS = [
  'context',
  'summary',
  'steps',
  'annotations',
  'transitions',
  'analysis',
] as const satisfies TaskPart[];

/** A task with the parts that were asked for. */
export type TaskWith<Part extends TaskPart> = TaskOutline & Pick<TaskParts, Part>;
