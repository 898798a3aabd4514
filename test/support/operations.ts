import { TASK_ACTIONS, type TaskService } from 'nestjs-tasker';

export const BY = { actor: 'ann', reason: 'a test' } as const;

type Act = (tasks: TaskService, taskId: string) => Promise<{ readonly changed?: boolean }>;

/** Each operator action on a task, by the name that `TASK_ACTIONS` and `TaskService` have for it. */
export const ON_TASK: Readonly<Record<string, Act>> = {
  ...Object.fromEntries(Object.keys(TASK_ACTIONS).map((action) => [action, withoutParameters(action)])),
  change: (tasks, id) => tasks.change(id, { tags: ['changed'] }, BY),
  rerun: async (tasks, id) => ({ changed: (await tasks.rerun(id, BY)).id !== id }),
};

/** Each operator action on the step `x`, by the name that `STEP_ACTIONS` has for it. */
export const ON_STEP: Readonly<Record<string, Act>> = {
  cancel: (tasks, id) => tasks.cancelStep(id, 'x', BY),
  changeRetryLimit: (tasks, id) => tasks.changeRetryLimit(id, 'x', 9, BY),
  resolve: (tasks, id) => tasks.resolveStep(id, 'x', { ...BY, results: { by: 'hand' } }),
  skip: (tasks, id) => tasks.skipStep(id, 'x', BY),
  retry: (tasks, id) => tasks.retryStep(id, 'x', BY),
  reset: (tasks, id) => tasks.resetStep(id, 'x', BY),
};

function withoutParameters(action: string): Act {
  return (tasks, id) =>
    (tasks as unknown as Readonly<Record<string, (id: string, by: typeof BY) => ReturnType<Act>>>)[action]!(id, BY);
}
