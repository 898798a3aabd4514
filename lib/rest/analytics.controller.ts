import { Header, Inject } from '@nestjs/common';
import { getBottlenecks, getPerformance } from '../api/system.operations.js';
import { Granted, type Grant } from '../auth/grant.js';
import type { Scoped } from '../auth/scoped.js';
import { PerformanceReader, type BottleneckDocument, type PerformanceDocument } from '../insight/performance.reader.js';
import { PERIOD_BOUNDS, SLOWEST_BOUNDS } from '../workflow/list.bounds.js';
import { QueryBy, type QueryOf } from './query.pipe.js';
import { Route } from './route.decorator.js';
import { TaskerController } from './tasker-controller.decorator.js';

const BOTTLENECK_QUERY = {
  namespace: { kind: 'text', description: 'The namespace of the task templates.' },
  name: { kind: 'text', description: 'The name of the task templates.' },
  version: { kind: 'text', description: 'The version of the task templates.' },
  period: { kind: 'number', description: 'The latest hours to look at.', bounds: PERIOD_BOUNDS },
  limit: { kind: 'number', description: 'The number of tasks, and of steps.', bounds: SLOWEST_BOUNDS },
} as const;

/** How the system has been doing. */
@TaskerController('Analytics')
export class AnalyticsController {
  constructor(@Inject(PerformanceReader) private readonly reader: Scoped<PerformanceReader>) {}

  @Route(getPerformance, { answers: { 200: 'PerformanceDocument' } })
  @Header('Cache-Control', 'no-store')
  performance(@Granted() { scope }: Grant): Promise<PerformanceDocument> {
    return this.reader.performance(scope);
  }

  @Route(getBottlenecks, { answers: { 200: 'BottleneckDocument' } })
  @Header('Cache-Control', 'no-store')
  bottlenecks(
    @QueryBy(BOTTLENECK_QUERY) query: QueryOf<typeof BOTTLENECK_QUERY>,
    @Granted() { scope }: Grant,
  ): Promise<BottleneckDocument> {
    return this.reader.bottlenecks(query, scope);
  }
}
