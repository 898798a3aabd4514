import { Args, ArgsType, Extensions, Field, Int, Resolver } from '@nestjs/graphql';
import { OwnRoute } from '../../auth/own-route.decorator.js';
import { NeedsNoPermission } from '../../auth/require-permission.decorator.js';
import {
  PerformanceReader,
  type BottleneckDocument,
  type PerformanceDocument,
} from '../../insight/performance.reader.js';
import { ASKS_BY_ITSELF } from '../limits/query.limits.js';
import { given } from '../reading/given.js';
import { TaskerField } from '../reading/tasker-field.decorator.js';
import { AnalyticsType, BottlenecksType, PerformanceType } from './analytics.types.js';

@ArgsType()
class BottleneckArgs {
  @Field(() => String, { nullable: true })
  readonly namespace?: string | null;

  @Field(() => String, { nullable: true, description: 'Of the task template.' })
  readonly name?: string | null;

  @Field(() => String, { nullable: true })
  readonly version?: string | null;

  @Field(() => Int, { nullable: true, description: 'Tasks created in the last so many hours, 1 to 720, else 24.' })
  readonly period?: number | null;

  @Field(() => Int, { nullable: true, description: '1 to 1000, else 10.' })
  readonly limit?: number | null;
}

/** What analytics there are. */
@Resolver(() => AnalyticsType)
@OwnRoute('graphql')
export class AnalyticsFieldsResolver {
  constructor(private readonly reader: PerformanceReader) {}

  @TaskerField(() => PerformanceType)
  @Extensions({ [ASKS_BY_ITSELF]: true })
  @NeedsNoPermission()
  performance(): Promise<PerformanceDocument> {
    return this.reader.performance();
  }

  @TaskerField(() => BottlenecksType)
  @Extensions({ [ASKS_BY_ITSELF]: true })
  @NeedsNoPermission()
  bottlenecks(@Args({ type: () => BottleneckArgs }) args: Readonly<BottleneckArgs>): Promise<BottleneckDocument> {
    return this.reader.bottlenecks(given(args));
  }
}
