import { ActionInput, RerunInput, RetryInput } from '../engine/tasks/task.action.js';
import { action, type ActionOperation } from './action.operation.js';

export const cancelTask = action({
  id: 'cancelTask',
  route: 'POST /tasks/:id/cancel',
  permission: 'tasker.task:cancel',
  summary: 'Cancels all unfinished work of a task.',
  input: ActionInput,
  bulk: 'cancel',
  run: (tasks, { taskId }, by) => tasks.cancel(taskId, by),
});

/** The actions on a task. */
export const TASK_OPERATIONS: readonly ActionOperation[] = [
  cancelTask,
  action({
    id: 'retryTask',
    route: 'POST /tasks/:id/retry',
    permission: 'tasker.task:retry',
    summary: 'Runs every failed step of a task again immediately, with more attempts.',
    input: RetryInput,
    example: { attempts: 3 },
    bulk: 'retry',
    run: (tasks, { taskId }, by) => tasks.retry(taskId, by),
  }),
  action({
    id: 'resetTask',
    route: 'POST /tasks/:id/reset',
    permission: 'tasker.task:retry',
    summary: 'Runs every failed step of a task again as if it had never run.',
    input: ActionInput,
    bulk: 'reset',
    run: (tasks, { taskId }, by) => tasks.reset(taskId, by),
  }),
  action({
    id: 'resolveTask',
    route: 'POST /tasks/:id/resolve',
    permission: 'tasker.task:update',
    summary: 'Marks a failed task as done without running its failed steps again.',
    input: ActionInput,
    bulk: 'resolve',
    run: (tasks, { taskId }, by) => tasks.resolve(taskId, by),
  }),
  action({
    id: 'holdTask',
    route: 'POST /tasks/:id/hold',
    permission: 'tasker.task:update',
    summary: 'Pauses a task: running steps finish, and no other step begins until the task is released.',
    input: ActionInput,
    bulk: 'hold',
    run: (tasks, { taskId }, by) => tasks.hold(taskId, by),
  }),
  action({
    id: 'releaseTask',
    route: 'POST /tasks/:id/release',
    permission: 'tasker.task:update',
    summary: 'Ends the hold of a task.',
    input: ActionInput,
    bulk: 'release',
    run: (tasks, { taskId }, by) => tasks.release(taskId, by),
  }),
  action({
    id: 'eraseTask',
    route: 'POST /tasks/:id/erase',
    permission: 'tasker.task:erase',
    summary: 'Erases the data of a task that is over, and keeps its history. Cannot be undone.',
    input: ActionInput,
    bulk: 'erase',
    run: (tasks, { taskId }, by) => tasks.erase(taskId, by),
  }),
  action({
    id: 'rerunTask',
    route: 'POST /tasks/:id/rerun',
    permission: 'tasker.task:create',
    also: ['tasker.task:show'],
    summary: 'Starts a finished or failed task again as a new task.',
    input: RerunInput,
    example: { from: 'ship' },
    startsTask: true,
    run: (tasks, { taskId }, by, scope) => tasks.rerun(taskId, by, scope),
  }),
];
