import type { TaskOutline } from '../persistence/task.details.js';
import type { TaskPart, TaskParts } from './task.parts.js';
import { TASK_SORT_FIELDS, type TaskSortField } from '../persistence/task-list.gateway.js';
import type { TaskFilter } from '../workflow/task.filter.js';

/** The field to sort by, with a minus for descending order. The id decides between equal values. */
export type TaskSort = TaskSortField | `-${TaskSortField}`;

export const TASK_SORTS: readonly TaskSort[] = TASK_SORT_FIELDS.flatMap((field) => [field, `-${field}` as const]);

/** Selects the tasks to list, their order, and the parts of each. */
export interface TaskListRequest {
  readonly filter?: TaskFilter;
  /**
   * Pages by `createdAt` are equally fast for any number of tasks, and lose and repeat nothing while tasks change. For
   * other fields, all tasks that the filter selects are sorted.
   * @default '-createdAt'
   */
  readonly sort?: TaskSort;
  /** The maximum number of tasks of the page, from 1 to 100. @default 20 */
  readonly limit?: number;
  /** Requests the page after this cursor. Cannot be given together with `before`. */
  readonly after?: string;
  /** Requests the page before this cursor. */
  readonly before?: string;
  /** Requests the last page. Cannot be given together with a cursor. @default false */
  readonly fromEnd?: boolean;
  /** The parts of each task to include. @default none */
  readonly include?: readonly TaskPart[];
}

/** A task of a list. */
export interface ListedTask {
  readonly task: TaskOutline & Partial<TaskParts>;
  /** The position of the task in the list, for `after` and `before`. */
  readonly cursor: string;
}

/** A page of tasks, with cursors. */
export interface TaskPage {
  readonly items: readonly ListedTask[];
  /** Whether there are tasks after the page. Always true with `before`. */
  readonly hasNext: boolean;
  /** Whether there are tasks before the page. Always true with `after`. */
  readonly hasPrevious: boolean;
}
