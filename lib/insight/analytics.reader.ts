import { Injectable } from '@nestjs/common';
import type { AnalyticsMetrics, SlowStep, SlowTask, SystemHealth } from '../persistence/analytics.details.js';
import { AnalyticsGateway, type SlownessQuery } from '../persistence/analytics.gateway.js';
import { countProblem, textProblem } from '../workflow/input.checks.js';
import { SLOWEST_BOUNDS } from '../workflow/list.bounds.js';
import { mustBe } from '../workflow/input.wording.js';
import type { TaskScope } from '../workflow/task.scope.js';
import type { Problem } from '../workflow/tasker.error.js';
import { InvalidAnalyticsRequestError } from './insight.errors.js';

export type { AnalyticsMetrics, SlowStep, SlowTask, SystemHealth } from '../persistence/analytics.details.js';

const FILTERS = ['namespace', 'name', 'version'] as const;

/** The period of the figures. */
export interface MetricsRequest {
  /** The beginning of the period, which ends now. @default one hour ago */
  readonly since?: Date;
}

/**
 * Selects the tasks or steps among which to find the slowest. Name and version must match exactly; undefined matches
 * everything.
 */
export interface SlownessRequest {
  /** Selects tasks created since then. @default 24 hours ago */
  readonly since?: Date;
  /** The maximum number of results, from 1 to 1000. @default 10 */
  readonly limit?: number;
  readonly namespace?: string;
  /** The name of the task template. */
  readonly name?: string;
  readonly version?: string;
}

/**
 * Reads figures about the whole system or, with a scope, about the tasks in scope. Connections are always those of the
 * server.
 */
@Injectable()
export class AnalyticsReader {
  constructor(private readonly gateway: AnalyticsGateway) {}

  /**
   * Equally fast for any number of tasks, unless the scope has other conditions than namespaces: then the tasks in
   * scope are counted.
   */
  async systemHealth(scope: TaskScope | null = null): Promise<SystemHealth> {
    return this.gateway.systemHealth(scope);
  }

  /**
   * Reads the figures of a period. Tasks in progress are counted as by `systemHealth`.
   * @throws InvalidAnalyticsRequestError
   */
  async metrics({ since }: MetricsRequest = {}, scope: TaskScope | null = null): Promise<AnalyticsMetrics> {
    refuse([sinceProblem(since)]);
    return this.gateway.metrics(since ?? null, scope);
  }

  /**
   * Returns the tasks that took the longest, or have been running the longest, the slowest first.
   * @throws InvalidAnalyticsRequestError
   */
  async slowestTasks(request: SlownessRequest = {}, scope: TaskScope | null = null): Promise<readonly SlowTask[]> {
    return this.gateway.slowestTasks(checked(request), scope);
  }

  /**
   * Returns the steps whose last attempt took the longest, the slowest first.
   * @throws InvalidAnalyticsRequestError
   */
  async slowestSteps(request: SlownessRequest = {}, scope: TaskScope | null = null): Promise<readonly SlowStep[]> {
    return this.gateway.slowestSteps(checked(request), scope);
  }
}

function checked(request: SlownessRequest): SlownessQuery {
  const { since = null, limit = null, namespace = null, name = null, version = null } = request;
  refuse([
    sinceProblem(request.since),
    countProblem('/limit', request.limit, SLOWEST_BOUNDS.minimum, SLOWEST_BOUNDS.maximum),
    ...FILTERS.map((filter) => textProblem(`/${filter}`, request[filter])),
  ]);
  return { since, limit, namespace, name, version };
}

function refuse(found: readonly (Problem | null)[]): void {
  const problems = found.filter((problem) => problem !== null);
  if (problems.length > 0) throw new InvalidAnalyticsRequestError(problems);
}

function sinceProblem(since: unknown): Problem | null {
  if (since === undefined || (since instanceof Date && !Number.isNaN(since.getTime()))) return null;
  return { pointer: '/since', message: mustBe('a valid Date') };
}
