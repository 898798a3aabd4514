import type { Permission } from '../workflow/access/permissions.js';
import { BulkInput, type BulkAction } from '../engine/tasks/task.bulk.js';
import { BY } from './action.operation.js';
import type { Operation } from './operation.js';
import { TASK_OPERATIONS } from './task.operations.js';

/** An action on every task that matches a filter, each in its own transaction. The permission is that of the action. */
export interface BulkOperation extends Operation {
  readonly permission: Permission;
  readonly action: BulkAction;
}

export const BULK_OPERATIONS: readonly BulkOperation[] = TASK_OPERATIONS.flatMap(({ id, permission, bulk }) =>
  bulk === undefined
    ? []
    : {
        id: `${id}s`,
        route: `POST /bulk/tasks/${bulk}` as const,
        permission,
        summary: `Carries out \`${id}\` for every task that matches a filter.`,
        input: BulkInput,
        example: { filter: { namespace: 'ecommerce', states: ['error'] }, ...BY },
        action: bulk,
      },
);
