import { Inject } from '@nestjs/common';
import { Args, Extensions, Resolver } from '@nestjs/graphql';
import { getBottlenecks, getPerformance } from '../../api/system.operations.js';
import { OwnRoute } from '../../auth/own-route.decorator.js';
import type { Scoped } from '../../auth/scoped.js';
import {
  BottleneckRequestFields,
  PerformanceReader,
  type BottleneckDocument,
  type BottleneckRequest,
  type PerformanceDocument,
} from '../../insight/performance.reader.js';
import { argsTypeOf } from '../input.type.js';
import { ASKS_BY_ITSELF } from '../limits/query.limits.js';
import { CurrentExecution, type Execution } from '../graphql.execution.js';
import { NestedAccess } from '../reading/nested.access.js';
import { given, type Nullable } from '../reading/given.js';
import { PermittedField } from '../reading/tasker-field.decorator.js';
import { AnalyticsType, BottlenecksType, PerformanceType } from './analytics.types.js';

const BottleneckArgs = argsTypeOf(Object, BottleneckRequestFields);

/** The fields of the analytics. */
@Resolver(() => AnalyticsType)
@OwnRoute('graphql')
export class AnalyticsFieldsResolver {
  constructor(
    @Inject(PerformanceReader) private readonly reader: Scoped<PerformanceReader>,
    private readonly access: NestedAccess,
  ) {}

  @PermittedField(() => PerformanceType, getPerformance.permission, { description: getPerformance.summary })
  @Extensions({ [ASKS_BY_ITSELF]: true })
  async performance(@CurrentExecution() execution: Execution): Promise<PerformanceDocument> {
    return this.reader.performance(await this.access.scopeOf(execution));
  }

  @PermittedField(() => BottlenecksType, getBottlenecks.permission, { description: getBottlenecks.summary })
  @Extensions({ [ASKS_BY_ITSELF]: true })
  async bottlenecks(
    @Args({ type: () => BottleneckArgs }) args: Nullable<BottleneckRequest>,
    @CurrentExecution() execution: Execution,
  ): Promise<BottleneckDocument> {
    return this.reader.bottlenecks(given(args), await this.access.scopeOf(execution));
  }
}
