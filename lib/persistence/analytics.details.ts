/** How many tasks and steps are in each state now. The states of each add up to its total. */
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
  /** Of `errorSteps`, those that will be tried again, whether or not their wait is over. */
  readonly retryableErrorSteps: number;
  /** Of `errorSteps`, those that nothing will try again. */
  readonly exhaustedRetrySteps: number;
  /** Of `retryableErrorSteps`, those that still wait. */
  readonly inBackoffSteps: number;
  /** Sessions of this database that run a statement, as far as our user may see them. */
  readonly activeConnections: number;
  /** That the server allows. */
  readonly maxConnections: number;
}

/** Figures of a period. Durations are in seconds, means over nothing are 0. */
export interface AnalyticsMetrics {
  /** Tasks in progress now. */
  readonly activeTasksCount: number;
  readonly totalNamespacesCount: number;
  /** Distinct names of task templates. */
  readonly uniqueTaskTypesCount: number;
  /** 0 to 1: `1 - errorCount / taskThroughput`. */
  readonly systemHealthScore: number;
  /** Tasks created. */
  readonly taskThroughput: number;
  /** Tasks that became complete. */
  readonly completionCount: number;
  /** Tasks that failed. */
  readonly errorCount: number;
  /** `completionCount` in percent of `taskThroughput`. */
  readonly completionRate: number;
  /** `errorCount` in percent of `taskThroughput`. */
  readonly errorRate: number;
  /** From the creation of a task to its completion. */
  readonly avgTaskDuration: number;
  /** Of the successful attempt of a step. */
  readonly avgStepDuration: number;
  /** Steps completed by workers. */
  readonly stepThroughput: number;
  /** ISO 8601 in UTC. */
  readonly analysisPeriodStart: string;
  /** ISO 8601 in UTC. */
  readonly calculatedAt: string;
}

/** A task that took long, or has been running for long. Ids are strings, instants ISO 8601 in UTC. */
export interface SlowTask {
  readonly taskId: string;
  readonly taskName: string;
  readonly namespaceName: string;
  readonly version: string;
  /** From its creation to `completedAt`, or until now while it is in progress. */
  readonly durationSeconds: number;
  readonly stepCount: number;
  /** Complete, resolved manually or skipped. */
  readonly completedSteps: number;
  /** In error now, those that wait for a retry included. */
  readonly errorSteps: number;
  readonly createdAt: string;
  /** When it was completed or resolved, or failed; null while it is in progress. */
  readonly completedAt: string | null;
  readonly initiator: string;
  readonly sourceSystem: string;
}

/** A step whose last attempt took long. Ids are strings, instants ISO 8601 in UTC. */
export interface SlowStep {
  readonly workflowStepId: string;
  readonly taskId: string;
  readonly stepName: string;
  readonly taskName: string;
  readonly namespaceName: string;
  readonly version: string;
  /** How long the last attempt ran; of a resolved step, the one that failed. */
  readonly durationSeconds: number;
  readonly attempts: number;
  readonly createdAt: string;
  /** When it was completed or resolved. */
  readonly completedAt: string;
  readonly retryable: boolean;
  readonly stepStatus: 'complete' | 'resolved_manually';
}
