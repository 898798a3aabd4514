import { Header, Inject } from '@nestjs/common';
import { getBottlenecks, getPerformance } from '../api/system.operations.js';
import { Granted, type Grant } from '../auth/grant.js';
import type { Scoped } from '../auth/scoped.js';
import {
  BottleneckRequestFields,
  PerformanceReader,
  type BottleneckDocument,
  type BottleneckRequest,
  type PerformanceDocument,
} from '../insight/performance.reader.js';
import { QueryBy, queryOf } from './query.pipe.js';
import { Route } from './route.decorator.js';
import { TaskerController } from './tasker-controller.decorator.js';

/** The performance of the system. */
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
    @QueryBy(queryOf(BottleneckRequestFields)) query: BottleneckRequest,
    @Granted() { scope }: Grant,
  ): Promise<BottleneckDocument> {
    return this.reader.bottlenecks(query, scope);
  }
}
