import { Injectable } from '@nestjs/common';
import { countProblem } from '../workflow/input.checks.js';
import { Input } from '../workflow/input.fields.js';
import { countOf, text } from '../workflow/input.kinds.js';
import { PERIOD_BOUNDS, SLOWEST_BOUNDS } from '../workflow/list.bounds.js';
import type { TaskScope } from '../workflow/task.scope.js';
import { AnalyticsReader, type AnalyticsMetrics, type SlowStep, type SlowTask } from './analytics.reader.js';
import { InvalidAnalyticsRequestError } from './insight.errors.js';

const HOUR_MS = 3_600_000;

/** Figures of the last hour, the last four hours and the last day. */
export interface PerformanceDocument {
  readonly lastHour: AnalyticsMetrics;
  readonly lastFourHours: AnalyticsMetrics;
  readonly lastDay: AnalyticsMetrics;
}

/** The fields of `BottleneckRequest`. */
export class BottleneckRequestFields {
  @Input(text(), 'The namespace of the task templates.')
  readonly namespace?: string;

  @Input(text(), 'The name of the task templates.')
  readonly name?: string;

  @Input(text(), 'The version of the task templates.')
  readonly version?: string;

  /** Selects tasks created in the last `period` hours, from 1 to 720. @default 24 */
  @Input(countOf(PERIOD_BOUNDS), 'Selects tasks created in the last `period` hours.')
  readonly period?: number;

  /** 1 to 1,000. @default 10 */
  @Input(countOf(SLOWEST_BOUNDS), 'The maximum number of tasks and of steps.')
  readonly limit?: number;
}

/** Selects the tasks and steps among which to find bottlenecks. */
export type BottleneckRequest = Readonly<BottleneckRequestFields>;

/** The slowest tasks and steps of a period. */
export interface BottleneckDocument {
  readonly scope: { readonly namespace?: string; readonly name?: string; readonly version?: string };
  readonly periodHours: number;
  /** The slowest first. */
  readonly slowestTasks: readonly SlowTask[];
  /** The slowest first. */
  readonly slowestSteps: readonly SlowStep[];
}

/** Reads the performance of the system, or of the tasks in scope. Nothing is cached. */
@Injectable()
export class PerformanceReader {
  constructor(private readonly analytics: AnalyticsReader) {}

  async performance(taskScope: TaskScope | null = null): Promise<PerformanceDocument> {
    const [lastHour, lastFourHours, lastDay] = await Promise.all(
      [1, 4, 24].map((hours) => this.analytics.metrics({ since: hoursAgo(hours) }, taskScope)),
    );
    return { lastHour: lastHour!, lastFourHours: lastFourHours!, lastDay: lastDay! };
  }

  /** @throws InvalidAnalyticsRequestError */
  async bottlenecks(
    { period = PERIOD_BOUNDS.default, limit, ...scope }: BottleneckRequest,
    taskScope: TaskScope | null = null,
  ): Promise<BottleneckDocument> {
    const problem = countProblem('/period', period, PERIOD_BOUNDS.minimum, PERIOD_BOUNDS.maximum);
    if (problem) throw new InvalidAnalyticsRequestError([problem]);
    const request = { ...scope, since: hoursAgo(period), ...(limit !== undefined && { limit }) };
    const [slowestTasks, slowestSteps] = await Promise.all([
      this.analytics.slowestTasks(request, taskScope),
      this.analytics.slowestSteps(request, taskScope),
    ]);
    return { scope, periodHours: period, slowestTasks, slowestSteps };
  }
}

function hoursAgo(hours: number): Date {
  return new Date(Date.now() - hours * HOUR_MS);
}
