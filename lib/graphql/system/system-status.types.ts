import { Field, Float, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import type { SystemHealth } from '../../insight/analytics.reader.js';
import type { HealthCheck } from '../../insight/health.reader.js';
import type { SystemStatus } from '../../insight/system-status.reader.js';
import { enumOf } from '../state.enums.js';

const CheckStatusEnum = enumOf<HealthCheck['status']>(['healthy', 'unhealthy']);
registerEnumType(CheckStatusEnum, { name: 'CheckStatus' });

@ObjectType('SystemCounts', { description: 'The numbers of tasks and steps in each state now.' })
export class SystemCountsType implements SystemHealth {
  @Field(() => Int)
  readonly totalTasks!: number;

  @Field(() => Int)
  readonly pendingTasks!: number;

  @Field(() => Int)
  readonly inProgressTasks!: number;

  @Field(() => Int)
  readonly completeTasks!: number;

  @Field(() => Int)
  readonly errorTasks!: number;

  @Field(() => Int)
  readonly cancelledTasks!: number;

  @Field(() => Int)
  readonly resolvedManuallyTasks!: number;

  @Field(() => Int)
  readonly totalSteps!: number;

  @Field(() => Int)
  readonly pendingSteps!: number;

  @Field(() => Int)
  readonly inProgressSteps!: number;

  @Field(() => Int)
  readonly completeSteps!: number;

  @Field(() => Int)
  readonly errorSteps!: number;

  @Field(() => Int)
  readonly cancelledSteps!: number;

  @Field(() => Int)
  readonly resolvedManuallySteps!: number;

  @Field(() => Int)
  readonly skippedSteps!: number;

  @Field(() => Int, {
    description: 'The number of `errorSteps` that will be retried, including those whose wait is over.',
  })
  readonly retryableErrorSteps!: number;

  @Field(() => Int, { description: 'The number of `errorSteps` that will not be retried automatically.' })
  readonly exhaustedRetrySteps!: number;

  @Field(() => Int, { description: 'The number of `retryableErrorSteps` whose wait is not over.' })
  readonly inBackoffSteps!: number;

  @Field(() => Int, {
    description:
      'The number of sessions that run a statement in this database, as far as the database user may see them.',
  })
  readonly activeConnections!: number;

  @Field(() => Int, { description: 'The maximum number of connections that the server allows.' })
  readonly maxConnections!: number;
}

@ObjectType('SystemStatus', {
  description: 'The health of the whole system, judged by its numbers of tasks, steps and connections.',
})
export class SystemStatusType implements SystemStatus {
  @Field()
  readonly healthy!: boolean;

  @Field(() => [String], { description: 'The problems; empty if healthy.' })
  readonly reasons!: readonly string[];

  @Field(() => SystemCountsType)
  readonly counts!: SystemHealth;

  @Field(() => Float, { description: 'The connections in use, as a percentage of `maxConnections`.' })
  readonly connectionUtilization!: number;

  @Field(() => Float, { description: 'The tasks in error, as a percentage of all stored tasks.' })
  readonly taskErrorRate!: number;

  @Field(() => Float, { description: 'The steps in error, as a percentage of all stored steps.' })
  readonly stepErrorRate!: number;
}

@ObjectType('HealthCheck', { description: 'The result of one check.' })
export class HealthCheckType implements HealthCheck {
  @Field()
  readonly name!: string;

  @Field(() => CheckStatusEnum)
  readonly status!: HealthCheck['status'];

  @Field()
  readonly message!: string;

  @Field(() => Float)
  readonly responseTimeMs!: number;
}

@ObjectType('Health', { description: 'Whether this process can serve requests and run steps.' })
export class HealthType {
  @Field()
  readonly ready!: boolean;

  @Field(() => [HealthCheckType])
  readonly checks!: readonly HealthCheckType[];
}
