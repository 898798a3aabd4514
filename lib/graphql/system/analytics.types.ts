import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import type { AnalyticsMetrics, SlowStep, SlowTask } from '../../insight/analytics.reader.js';
import type { BottleneckDocument, PerformanceDocument } from '../../insight/performance.reader.js';
import { Instant } from '../instant.field.js';
import { StepStateEnum } from '../state.enums.js';

@ObjectType('AnalyticsMetrics', {
  description: 'Figures of a period. Durations are averages in seconds, or 0 if nothing ended in the period.',
})
export class AnalyticsMetricsType implements AnalyticsMetrics {
  @Field(() => Int, { description: 'The number of tasks in progress now.' })
  readonly activeTasksCount!: number;

  @Field(() => Int)
  readonly totalNamespacesCount!: number;

  @Field(() => Int, { description: 'The number of distinct names of task templates.' })
  readonly uniqueTaskTypesCount!: number;

  @Field(() => Float, { description: '`1 - errorCount / taskThroughput`, from 0 to 1.' })
  readonly systemHealthScore!: number;

  @Field(() => Int, { description: 'The number of tasks created.' })
  readonly taskThroughput!: number;

  @Field(() => Int, { description: 'The number of tasks that became complete.' })
  readonly completionCount!: number;

  @Field(() => Int, { description: 'The number of tasks that failed.' })
  readonly errorCount!: number;

  @Field(() => Float, { description: '`completionCount` as a percentage of `taskThroughput`.' })
  readonly completionRate!: number;

  @Field(() => Float, { description: '`errorCount` as a percentage of `taskThroughput`.' })
  readonly errorRate!: number;

  @Field(() => Float, { description: 'The time from the creation of a task to its completion.' })
  readonly avgTaskDuration!: number;

  @Field(() => Float, { description: 'The duration of the successful attempt of a step.' })
  readonly avgStepDuration!: number;

  @Field(() => Int, { description: 'The number of steps completed by workers.' })
  readonly stepThroughput!: number;

  @Instant()
  readonly analysisPeriodStart!: string;

  @Instant()
  readonly calculatedAt!: string;
}

@ObjectType('SlowTask', { description: 'A task that took a long time, or has been running for a long time.' })
export class SlowTaskType implements SlowTask {
  @Field(() => ID)
  readonly taskId!: string;

  @Field()
  readonly taskName!: string;

  @Field()
  readonly namespaceName!: string;

  @Field()
  readonly version!: string;

  @Field(() => Float, {
    description: 'The time from its creation to `completedAt`, or until now while it is in progress.',
  })
  readonly durationSeconds!: number;

  @Field(() => Int)
  readonly stepCount!: number;

  @Field(() => Int, { description: 'The number of steps that are complete, resolved manually or skipped.' })
  readonly completedSteps!: number;

  @Field(() => Int, { description: 'The number of steps in error now, including those that wait for a retry.' })
  readonly errorSteps!: number;

  @Instant()
  readonly createdAt!: string;

  @Instant({
    nullable: true,
    description: 'When the task was completed or resolved, or failed; null while it is in progress.',
  })
  readonly completedAt!: string | null;

  @Field()
  readonly initiator!: string;

  @Field()
  readonly sourceSystem!: string;
}

@ObjectType('SlowStep', { description: 'A step whose last attempt took a long time.' })
export class SlowStepType implements SlowStep {
  @Field(() => ID)
  readonly workflowStepId!: string;

  @Field(() => ID)
  readonly taskId!: string;

  @Field()
  readonly stepName!: string;

  @Field()
  readonly taskName!: string;

  @Field()
  readonly namespaceName!: string;

  @Field()
  readonly version!: string;

  @Field(() => Float, {
    description: 'The duration of the last attempt; for a resolved step, of the attempt that failed.',
  })
  readonly durationSeconds!: number;

  @Field(() => Int)
  readonly attempts!: number;

  @Instant()
  readonly createdAt!: string;

  @Instant({ description: 'When the step was completed or resolved.' })
  readonly completedAt!: string;

  @Field()
  readonly retryable!: boolean;

  @Field(() => StepStateEnum)
  readonly stepStatus!: SlowStep['stepStatus'];
}

@ObjectType('Performance', { description: 'Figures of the last hour, the last four hours and the last day.' })
export class PerformanceType implements PerformanceDocument {
  @Field(() => AnalyticsMetricsType)
  readonly lastHour!: AnalyticsMetrics;

  @Field(() => AnalyticsMetricsType)
  readonly lastFourHours!: AnalyticsMetrics;

  @Field(() => AnalyticsMetricsType)
  readonly lastDay!: AnalyticsMetrics;
}

@ObjectType('Bottlenecks', { description: 'The slowest tasks and steps.' })
export class BottlenecksType implements Omit<BottleneckDocument, 'scope'> {
  @Field(() => Int)
  readonly periodHours!: number;

  @Field(() => [SlowTaskType], { description: 'The slowest first.' })
  readonly slowestTasks!: readonly SlowTask[];

  @Field(() => [SlowStepType], { description: 'The slowest first.' })
  readonly slowestSteps!: readonly SlowStep[];
}

@ObjectType('Analytics', { description: 'The performance of the system, read from the database for each request.' })
export class AnalyticsType {}
