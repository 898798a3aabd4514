import { HttpStatus } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { ActionOperation } from '../api/action.operation.js';
import { STEP_OPERATIONS } from '../api/step.operations.js';
import { TASK_OPERATIONS } from '../api/task.operations.js';
import { operatorOf } from '../auth/caller.js';
import { referenceFrom, targetOf } from '../auth/request.target.js';
import type { ActionInput } from '../engine/tasks/task.action.js';
import type { StartedTask } from '../engine/tasks/task.request.js';
import { TaskService } from '../engine/tasks/task.service.js';
import { addRoute, type RouteCall } from './operation.route.js';
import { rowIdIn } from './row-id.param.js';
import { TaskerController } from './tasker-controller.decorator.js';

/** The routes of `lib/api/task.operations.ts`. */
@TaskerController('')
export class TaskActionsController {
  constructor(
    readonly tasks: TaskService,
    readonly host: HttpAdapterHost,
  ) {}
}

/** The routes of `lib/api/step.operations.ts`. */
@TaskerController('')
export class StepActionsController {
  constructor(
    readonly tasks: TaskService,
    readonly host: HttpAdapterHost,
  ) {}
}

addRoutes(TaskActionsController, TASK_OPERATIONS, (params) => ({ taskId: rowIdIn(params, 'id'), step: '' }));
addRoutes(StepActionsController, STEP_OPERATIONS, (params) => ({
  taskId: rowIdIn(params, 'taskId'),
  step: params.id!,
}));

type ActionsController = typeof TaskActionsController | typeof StepActionsController;
type TargetOf = (params: RouteCall['params']) => { readonly taskId: string; readonly step: string };

function addRoutes(controller: ActionsController, actions: readonly ActionOperation[], targetIn: TargetOf): void {
  for (const action of actions) {
    const { route, startsTask } = action;
    if (route === null) continue;
    const status = startsTask ? HttpStatus.CREATED : HttpStatus.OK;
    addRoute(controller, { ...action, route, status, isBodyOptional: true }, async ({ tasks, host }, call) => {
      const body = call.body as Readonly<ActionInput>;
      const by = { ...body, ...operatorOf(call.request, body) };
      const result = await action.run(tasks, targetIn(call.params), by);
      if (startsTask) locate(host, call, result as StartedTask);
      return result;
    });
  }
}

/** Says where the new task is. */
function locate({ httpAdapter }: HttpAdapterHost, { request, response }: RouteCall, { id }: StartedTask): void {
  httpAdapter.setHeader(response, 'Location', referenceFrom(targetOf(httpAdapter, request).path, 2, id));
}
