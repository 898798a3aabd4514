import type { TaskFilter } from '../../persistence/task-filter.gateway.js';

/** What can be done to many tasks at once. */
export const BULK_ACTIONS = ['cancel', 'retry', 'reset', 'resolve', 'hold', 'release'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

/** What became of one task. */
export interface BulkItem {
  readonly taskId: string;
  /** False: it was already as asked, or refused. */
  readonly changed: boolean;
  /** Why it was refused; null when it was not. */
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface BulkReport {
  /** In the order of the tasks' ids. */
  readonly items: readonly BulkItem[];
  /** There were more tasks than `limit`; call again with `afterId` set to the last id. */
  readonly more: boolean;
}

export type { TaskFilter };
