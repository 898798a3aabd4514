import type { StoredParts, TaskOutline } from '../persistence/task.details.js';
import type { TaskAnalysis } from './task.analysis.js';

/** The parts of a task that are read on request, all at the same moment. */
export interface TaskParts extends StoredParts {
  readonly analysis: TaskAnalysis;
}

/** The name of a part of a task that is read on request. */
export type TaskPart = keyof TaskParts;

export const TASK_PARTS = [
  'context',
  'summary',
  'steps',
  'annotations',
  'transitions',
  'analysis',
] as const satisfies TaskPart[];

/** A task with the requested parts. */
export type TaskWith<Part extends TaskPart> = TaskOutline & Pick<TaskParts, Part>;
