import type { TaskOutline } from '../insight/task.reader.js';
import { objectTypeOf } from './object.type.js';

export const TaskSummaryType = objectTypeOf('TaskSummary', 'TaskSummary', { floats: ['completionPercentage'] });

/** The GraphQL type of a task, for fields of the host that return tasks. */
export const TaskType = objectTypeOf<TaskOutline>('Task', 'TaskOutline', {
  description: 'One run of a task template.',
});
export type TaskType = TaskOutline;
