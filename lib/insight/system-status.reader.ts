import { Injectable } from '@nestjs/common';
import type { TaskScope } from '../workflow/task.scope.js';
import { AnalyticsReader, type SystemHealth } from './analytics.reader.js';

/** The limits in percent above which the system counts as unhealthy, as in Rails Tasker. */
const MOST_CONNECTIONS = 90;
const MOST_ERRORS = 50;

/** The state of the whole system. */
export interface SystemStatus {
  readonly healthy: boolean;
  /** The problems; empty if healthy. */
  readonly reasons: readonly string[];
  readonly counts: SystemHealth;
  /** The connections in use, as a percentage of those that the server allows. */
  readonly connectionUtilization: number;
  /** The tasks in error, as a percentage of all stored tasks. */
  readonly taskErrorRate: number;
  /** The steps in error, as a percentage of all stored steps. */
  readonly stepErrorRate: number;
}

/** Judges the health of the whole system, or of the tasks in scope, by numbers of tasks, steps and connections. */
@Injectable()
export class SystemStatusReader {
  constructor(private readonly analytics: AnalyticsReader) {}

  async status(scope: TaskScope | null = null): Promise<SystemStatus> {
    const counts = await this.analytics.systemHealth(scope);
    const connectionUtilization = percent(counts.activeConnections, counts.maxConnections);
    const taskErrorRate = percent(counts.errorTasks, counts.totalTasks);
    const stepErrorRate = percent(counts.errorSteps, counts.totalSteps);
    const reasons = [
      connectionUtilization > MOST_CONNECTIONS && `more than ${MOST_CONNECTIONS} % of the connections are in use`,
      taskErrorRate > MOST_ERRORS && `more than ${MOST_ERRORS} % of the tasks are in error`,
      stepErrorRate > MOST_ERRORS && `more than ${MOST_ERRORS} % of the steps are in error`,
    ].filter((reason) => reason !== false);
    return { healthy: reasons.length === 0, reasons, counts, connectionUtilization, taskErrorRate, stepErrorRate };
  }
}

/** Rounds to one decimal. Returns 0 if the whole is 0. */
function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 1_000) / 10;
}
