/** The numbers of tasks and steps in each state now. The numbers of all states add up to the total. */
export interface SystemHealth {
  readonly totalTasks: number;
  readonly pendingTasks: number;
  readonly inProgressTasks: number;
  readonly completeTasks: number;
  readonly errorTasks: number;
  readonly cancelledTasks: number;
  readonly resolvedManuallyTasks: number;
  readonly totalSteps: number;
  readonly pendingSteps: number;
  readonly inProgressSteps: number;
  readonly completeSteps: number;
  readonly errorSteps: number;
  readonly cancelledSteps: number;
  readonly resolvedManuallySteps: number;
  readonly skippedSteps: number;
  /** The number of `errorSteps` that will be retried, including those whose wait is over. */
  readonly retryableErrorSteps: number;
  /** The number of `errorSteps` that will not be retried automatically. */
  readonly exhaustedRetrySteps: number;
  /** The number of `retryableErrorSteps` whose wait is not over. */
  readonly inBackoffSteps: number;
  /** The number of sessions that run a statement in this database, as far as the database user may see them. */
  readonly activeConnections: number;
  /** The maximum number of connections that the server allows. */
  readonly maxConnections: number;
}

/** Figures of a period. Durations are averages in seconds, or 0 if nothing ended in the period. */
export interface AnalyticsMetrics {
  /** The number of tasks in progress now. */
  readonly activeTasksCount: number;
  readonly totalNamespacesCount: number;
  /** The number of distinct names of task templates. */
  readonly uniqueTaskTypesCount: number;
  /** `1 - errorCount / taskThroughput`, from 0 to 1. */
  readonly systemHealthScore: number;
  /** The number of tasks created. */
  readonly taskThroughput: number;
  /** The number of tasks that became complete. */
  readonly completionCount: number;
  /** The number of tasks that failed. */
  readonly errorCount: number;
  /** `completionCount` as a percentage of `taskThroughput`. */
  readonly completionRate: number;
  /** `errorCount` as a percentage of `taskThroughput`. */
  readonly errorRate: number;
  /** The time from the creation of a task to its completion. */
  readonly avgTaskDuration: number;
  /** The duration of the successful attempt of a step. */
  readonly avgStepDuration: number;
  /** The number of steps completed by workers. */
  readonly stepThroughput: number;
  /** ISO 8601 in UTC. */
  readonly analysisPeriodStart: string;
  /** ISO 8601 in UTC. */
  readonly calculatedAt: string;
}

/** A task that took a long time, or has been running for a long time. */
export interface SlowTask {
  readonly taskId: string;
  readonly taskName: string;
  readonly namespaceName: string;
  readonly version: string;
  /** The time from its creation to `completedAt`, or until now while it is in progress. */
  readonly durationSeconds: number;
  readonly stepCount: number;
  /** The number of steps that are complete, resolved manually or skipped. */
  readonly completedSteps: number;
  /** The number of steps in error now, including those that wait for a retry. */
  readonly errorSteps: number;
  readonly createdAt: string;
  /** When the task was completed or resolved, or failed; null while it is in progress. */
  readonly completedAt: string | null;
  readonly initiator: string;
  readonly sourceSystem: string;
}

/** A step whose last attempt took a long time. */
export interface SlowStep {
  readonly workflowStepId: string;
  readonly taskId: string;
  readonly stepName: string;
  readonly taskName: string;
  readonly namespaceName: string;
  readonly version: string;
  /** The duration of the last attempt; for a resolved step, of the attempt that failed. */
  readonly durationSeconds: number;
  readonly attempts: number;
  readonly createdAt: string;
  /** When the step was completed or resolved. */
  readonly completedAt: string;
  readonly retryable: boolean;
  readonly stepStatus: 'complete' | 'resolved_manually';
}
