import { ActionInput, ChangeRetryLimitInput, ResolveStepInput, RetryInput } from '../engine/tasks/task.action.js';
import { action, type ActionOperation } from './action.operation.js';

export const cancelStep = action({
  id: 'cancelStep',
  route: 'POST /tasks/:taskId/workflow_steps/:id/cancel',
  permission: 'tasker.workflow_step:cancel',
  summary: 'Cancels a step and all steps that depend on it.',
  input: ActionInput,
  run: (tasks, { taskId, step }, by) => tasks.cancelStep(taskId, step, by),
});

export const changeRetryLimit = action({
  id: 'changeRetryLimit',
  route: 'PATCH /tasks/:taskId/workflow_steps/:id',
  permission: 'tasker.workflow_step:update',
  summary: 'Changes the maximum number of attempts of a step in total.',
  input: ChangeRetryLimitInput,
  example: { retryLimit: 5 },
  isConditional: true,
  run: (tasks, { taskId, step }, { retryLimit, ...by }) => tasks.changeRetryLimit(taskId, step, retryLimit, by),
});

/** The actions on a step. */
export const STEP_OPERATIONS: readonly ActionOperation[] = [
  cancelStep,
  action({
    id: 'retryStep',
    route: 'POST /tasks/:taskId/workflow_steps/:id/retry',
    permission: 'tasker.workflow_step:retry',
    summary: 'Runs a step again immediately if it has failed or waits for its next attempt.',
    input: RetryInput,
    example: { attempts: 3 },
    run: (tasks, { taskId, step }, by) => tasks.retryStep(taskId, step, by),
  }),
  action({
    id: 'resetStep',
    route: 'POST /tasks/:taskId/workflow_steps/:id/reset',
    permission: 'tasker.workflow_step:retry',
    summary: 'Runs a failed step again as if it had never run.',
    input: ActionInput,
    run: (tasks, { taskId, step }, by) => tasks.resetStep(taskId, step, by),
  }),
  action({
    id: 'resolveStep',
    route: 'POST /tasks/:taskId/workflow_steps/:id/resolve',
    permission: 'tasker.workflow_step:update',
    summary: 'Marks a waiting or failed step as done, with results for the steps that depend on it.',
    input: ResolveStepInput,
    example: { results: { paid: true } },
    run: (tasks, { taskId, step }, by) => tasks.resolveStep(taskId, step, by),
  }),
  action({
    id: 'skipStep',
    route: 'POST /tasks/:taskId/workflow_steps/:id/skip',
    permission: 'tasker.workflow_step:update',
    summary: 'Skips a step that its template declares skippable.',
    input: ActionInput,
    run: (tasks, { taskId, step }, by) => tasks.skipStep(taskId, step, by),
  }),
  changeRetryLimit,
];
