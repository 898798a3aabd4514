import { HttpStatus } from '@nestjs/common';
import { BULK_OPERATIONS } from '../api/bulk.operations.js';
import { operatorOf } from '../auth/caller.js';
import { BulkInput } from '../engine/tasks/task.bulk.js';
import { TaskService } from '../engine/tasks/task.service.js';
import { addRoute } from './operation.route.js';
import { TaskerController } from './tasker-controller.decorator.js';

/** The routes of `lib/api/bulk.operations.ts`; each answers what became of every task. */
@TaskerController('')
export class TaskBulkController {
  constructor(readonly tasks: TaskService) {}
}

for (const operation of BULK_OPERATIONS) {
  const route = { ...operation, status: HttpStatus.OK, input: BulkInput, isBodyOptional: false } as const;
  addRoute(TaskBulkController, route, ({ tasks }, { body, grant, request }) => {
    const { filter, ...given } = body as BulkInput;
    return tasks.bulk(operation.action, filter, operatorOf(request, given), grant.scope);
  });
}
