import { Get, Header, Query } from '@nestjs/common';
import { RequirePermission } from '../auth/require-permission.decorator.js';
import { AnalyticsReader, type AnalyticsMetrics, type SlowStep, type SlowTask } from '../insight/analytics.reader.js';
import { QueryPipe, type QueryOf } from './query.pipe.js';
import { InvalidQueryError } from './rest.errors.js';
import { TaskerController } from './tasker-controller.decorator.js';

const HOUR_MS = 3_600_000;
const DEFAULT_HOURS = 24;
const MOST_HOURS = 720;
const BOTTLENECK_PARAMETERS = {
  namespace: 'text',
  name: 'text',
  version: 'text',
  period: 'number',
  limit: 'number',
} as const;

export interface PerformanceDocument {
  readonly lastHour: AnalyticsMetrics;
  readonly lastFourHours: AnalyticsMetrics;
  readonly lastDay: AnalyticsMetrics;
}

export interface BottleneckDocument {
  readonly scope: { readonly namespace?: string; readonly name?: string; readonly version?: string };
  readonly periodHours: number;
  readonly slowestTasks: readonly SlowTask[];
  readonly slowestSteps: readonly SlowStep[];
}

/** How the system has been doing. Nothing is cached; each answer is of the moment. */
@TaskerController('analytics')
export class AnalyticsController {
  constructor(private readonly analytics: AnalyticsReader) {}

  @Get('performance')
  @Header('Cache-Control', 'no-store')
  @RequirePermission('tasker.analytics:index')
  async performance(): Promise<PerformanceDocument> {
    const [lastHour, lastFourHours, lastDay] = await Promise.all(
      [1, 4, 24].map((hours) => this.analytics.metrics({ since: hoursAgo(hours) })),
    );
    return { lastHour: lastHour!, lastFourHours: lastFourHours!, lastDay: lastDay! };
  }

  @Get('bottlenecks')
  @Header('Cache-Control', 'no-store')
  @RequirePermission('tasker.analytics:index')
  async bottlenecks(
    @Query(new QueryPipe(BOTTLENECK_PARAMETERS)) query: QueryOf<typeof BOTTLENECK_PARAMETERS>,
  ): Promise<BottleneckDocument> {
    const { period: periodHours = DEFAULT_HOURS, limit, ...scope } = query;
    if (periodHours < 1 || periodHours > MOST_HOURS) {
      throw new InvalidQueryError([
        { pointer: '/period', message: `must be a number of hours from 1 to ${MOST_HOURS}` },
      ]);
    }
    const request = { ...scope, since: hoursAgo(periodHours), ...(limit !== undefined && { limit }) };
    const [slowestTasks, slowestSteps] = await Promise.all([
      this.analytics.slowestTasks(request),
      this.analytics.slowestSteps(request),
    ]);
    return { scope, periodHours, slowestTasks, slowestSteps };
  }
}

function hoursAgo(hours: number): Date {
  return new Date(Date.now() - hours * HOUR_MS);
}
