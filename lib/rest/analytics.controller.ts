import { Get, Header, Inject, Query } from '@nestjs/common';
import { Granted, type Grant } from '../auth/grant.js';
import { RequirePermission } from '../auth/require-permission.decorator.js';
import type { Scoped } from '../auth/scoped.js';
import { PerformanceReader, type BottleneckDocument, type PerformanceDocument } from '../insight/performance.reader.js';
import { QueryPipe, type QueryOf } from './query.pipe.js';
import { TaskerController } from './tasker-controller.decorator.js';

const BOTTLENECK_PARAMETERS = {
  namespace: 'text',
  name: 'text',
  version: 'text',
  period: 'number',
  limit: 'number',
} as const;

/** How the system has been doing. */
@TaskerController('analytics')
export class AnalyticsController {
  constructor(@Inject(PerformanceReader) private readonly reader: Scoped<PerformanceReader>) {}

  @Get('performance')
  @Header('Cache-Control', 'no-store')
  @RequirePermission('tasker.analytics:index')
  performance(@Granted() { scope }: Grant): Promise<PerformanceDocument> {
    return this.reader.performance(scope);
  }

  @Get('bottlenecks')
  @Header('Cache-Control', 'no-store')
  @RequirePermission('tasker.analytics:index')
  bottlenecks(
    @Query(new QueryPipe(BOTTLENECK_PARAMETERS)) query: QueryOf<typeof BOTTLENECK_PARAMETERS>,
    @Granted() { scope }: Grant,
  ): Promise<BottleneckDocument> {
    return this.reader.bottlenecks(query, scope);
  }
}
