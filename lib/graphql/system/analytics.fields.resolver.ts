import { Inject } from '@nestjs/common';
import { Args, ArgsType, Extensions, Field, Int, Resolver } from '@nestjs/graphql';
import { Permitted } from '../../api/operation.js';
import { getBottlenecks, getPerformance } from '../../api/system.operations.js';
import { OwnRoute } from '../../auth/own-route.decorator.js';
import type { Scoped } from '../../auth/scoped.js';
import {
  PerformanceReader,
  type BottleneckDocument,
  type PerformanceDocument,
} from '../../insight/performance.reader.js';
import { ASKS_BY_ITSELF } from '../limits/query.limits.js';
import { CurrentExecution, type Execution } from '../graphql.execution.js';
import { NestedAccess } from '../reading/nested.access.js';
import { given } from '../reading/given.js';
import { TaskerField } from '../reading/tasker-field.decorator.js';
import { AnalyticsType, BottlenecksType, PerformanceType } from './analytics.types.js';

@ArgsType()
class BottleneckArgs {
  @Field(() => String, { nullable: true })
  readonly namespace?: string | null;

  @Field(() => String, { nullable: true, description: 'The name of the task template.' })
  readonly name?: string | null;

  @Field(() => String, { nullable: true })
  readonly version?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Selects tasks created in the last `period` hours: 1 to 720, 24 if omitted.',
  })
  readonly period?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The maximum number of tasks and of steps: 1 to 1000, 10 if omitted.',
  })
  readonly limit?: number | null;
}

/** The fields of the analytics. */
@Resolver(() => AnalyticsType)
@OwnRoute('graphql')
export class AnalyticsFieldsResolver {
  constructor(
    @Inject(PerformanceReader) private readonly reader: Scoped<PerformanceReader>,
    private readonly access: NestedAccess,
  ) {}

  @TaskerField(() => PerformanceType)
  @Extensions({ [ASKS_BY_ITSELF]: true })
  @Permitted(getPerformance)
  async performance(@CurrentExecution() execution: Execution): Promise<PerformanceDocument> {
    return this.reader.performance(await this.access.scopeOf(execution));
  }

  @TaskerField(() => BottlenecksType)
  @Extensions({ [ASKS_BY_ITSELF]: true })
  @Permitted(getBottlenecks)
  async bottlenecks(
    @Args({ type: () => BottleneckArgs }) args: Readonly<BottleneckArgs>,
    @CurrentExecution() execution: Execution,
  ): Promise<BottleneckDocument> {
    return this.reader.bottlenecks(given(args), await this.access.scopeOf(execution));
  }
}
