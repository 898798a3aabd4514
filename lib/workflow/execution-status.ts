/** The execution statuses of a task, each with the recommended action; the same as in `get_task_execution_context`. */
export const RECOMMENDED_ACTIONS = {
  all_complete: 'finalize_task',
  on_hold: 'release_task',
  has_ready_steps: 'execute_ready_steps',
  processing: 'wait_for_completion',
  waiting_for_retry: 'wait_for_retry',
  blocked_by_failures: 'handle_failures',
  waiting_for_dependencies: 'wait_for_dependencies',
} as const;

export type ExecutionStatus = keyof typeof RECOMMENDED_ACTIONS;
export type RecommendedAction = (typeof RECOMMENDED_ACTIONS)[ExecutionStatus];
export const HEALTH_STATUSES = ['healthy', 'recovering', 'blocked'] as const;
export type HealthStatus = (typeof HEALTH_STATUSES)[number];
