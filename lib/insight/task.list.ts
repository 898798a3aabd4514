import type { TaskOutline } from '../persistence/task.details.js';
import type { TaskPart, TaskParts } from './task.parts.js';
import { TASK_SORT_FIELDS, type TaskSortField } from '../persistence/task-list.gateway.js';
import type { TaskFilter } from '../workflow/task.filter.js';

/** The field to sort by, with a minus for the highest first; the id decides between equal values. */
export type TaskSort = TaskSortField | `-${TaskSortField}`;

export const TASK_SORTS: readonly TaskSort[] = TASK_SORT_FIELDS.flatMap((field) => [field, `-${field}` as const]);

/** Which tasks to list, in which order, and which parts of each. */
export interface TaskListRequest {
  readonly filter?: TaskFilter;
  /**
   * `createdAt` costs the same however many tasks there are, and pages by it lose and repeat nothing while tasks change.
   * By the others every task that the filter lets through is sorted.
   * @default '-createdAt'
   */
  readonly sort?: TaskSort;
  /** 1 to 100. @default 20 */
  readonly limit?: number;
  /** The page after this cursor; not together with `before`. */
  readonly after?: string;
  /** The page before this cursor. */
  readonly before?: string;
  /** The last page; not together with a cursor. @default false */
  readonly fromEnd?: boolean;
  /** @default none */
  readonly include?: readonly TaskPart[];
}

/** A task of a list. */
export interface ListedTask {
  readonly task: TaskOutline & Partial<TaskParts>;
  /** Where it stands, for `after` and `before`. */
  readonly cursor: string;
}

/** A page of tasks, with cursors. */
export interface TaskPage {
  readonly items: readonly ListedTask[];
  /** Whether tasks come after the last one of the page. Asked with `before`, it is known that there are. */
  readonly hasNext: boolean;
  /** Whether tasks come before the first one. Asked with `after`, it is known that there are. */
  readonly hasPrevious: boolean;
}
