import { BULK_OPERATIONS } from '../api/bulk.operations.js';
import type { BulkInput } from '../engine/tasks/task.bulk.js';
import { TaskService } from '../engine/tasks/task.service.js';
import { addRoute } from './operation.route.js';
import { TaskerController } from './tasker-controller.decorator.js';

/** The refusal of a single task is part of the report, so it has no status here. */
const REPORTED = { answers: { 200: 'BulkReport' }, problems: [409, 422] } as const;

/** The routes of `lib/api/bulk.operations.ts`. Each answer has a result for every task. */
@TaskerController('Tasks')
export class TaskBulkController {
  constructor(readonly tasks: TaskService) {}
}

for (const operation of BULK_OPERATIONS) {
  addRoute(TaskBulkController, operation, REPORTED, ({ tasks }, _, body, call) => {
    const { filter, ...given } = body as BulkInput;
    return tasks.bulk(operation.action, filter, call.operator(given), call.grant.scope);
  });
}
