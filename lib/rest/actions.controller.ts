import type { ActionOperation } from '../api/action.operation.js';
import { deleteStep, deleteTask } from '../api/change.operations.js';
import { STEP_OPERATIONS } from '../api/step.operations.js';
import { TASK_OPERATIONS } from '../api/task.operations.js';
import type { ActionInput } from '../engine/tasks/task.action.js';
import type { StartedTask } from '../engine/tasks/task.request.js';
import { TaskService } from '../engine/tasks/task.service.js';
import { addRoute, type Parameters } from './operation.route.js';
import { rowIdIn } from './row-id.param.js';
import { TaskerController } from './tasker-controller.decorator.js';

/** The status is 409 if the state of the task or step does not permit the action. */
const DONE = { answers: { 200: 'ActionResult' }, problems: [404, 409] } as const;
const STARTED = { answers: { 201: 'StartedTask' }, problems: [404, 409], locates: true } as const;

/** The routes of `lib/api/task.operations.ts`, and `DELETE`, which cancels and deletes nothing. */
@TaskerController('Tasks')
export class TaskActionsController {
  constructor(readonly tasks: TaskService) {}
}

/** The routes of `lib/api/step.operations.ts`, and `DELETE`. */
@TaskerController('Steps')
export class StepActionsController {
  constructor(readonly tasks: TaskService) {}
}

addRoutes(TaskActionsController, [...TASK_OPERATIONS, deleteTask], (params) => ({
  taskId: rowIdIn(params, 'id'),
  step: '',
}));
addRoutes(StepActionsController, [...STEP_OPERATIONS, deleteStep], (params) => ({
  taskId: rowIdIn(params, 'taskId'),
  step: params.id!,
}));

type ActionsController = typeof TaskActionsController | typeof StepActionsController;
type TargetOf = (params: Parameters) => { readonly taskId: string; readonly step: string };

function addRoutes(controller: ActionsController, actions: readonly ActionOperation[], targetIn: TargetOf): void {
  for (const action of actions) {
    const { startsTask, isConditional } = action;
    if (isConditional) continue; // its route is in `WorkflowStepsController`
    const described = startsTask ? STARTED : DONE;
    addRoute(controller, action, described, async ({ tasks }, params, body, call) => {
      const given = body as Readonly<ActionInput>;
      const by = { ...given, ...call.operator(given) };
      const result = await action.run(tasks, targetIn(params), by, call.grant.scope);
      if (startsTask) call.locate(result as StartedTask, 2);
      return result;
    });
  }
}
