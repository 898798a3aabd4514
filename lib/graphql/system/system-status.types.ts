import { Field, Float, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import type { SystemHealth } from '../../insight/analytics.reader.js';
import type { HealthCheck } from '../../insight/health.reader.js';
import type { SystemStatus } from '../../insight/system-status.reader.js';
import { enumOf } from '../state.enums.js';

const CheckStatusEnum = enumOf<HealthCheck['status']>(['healthy', 'unhealthy']);
registerEnumType(CheckStatusEnum, { name: 'CheckStatus' });

@ObjectType('SystemCounts', { description: 'How many tasks and steps are in each state now.' })
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
    description: 'The `errorSteps` that will be retried, whether or not their wait is over.',
  })
  readonly retryableErrorSteps!: number;

  @Field(() => Int, { description: 'The `errorSteps` that will not be retried automatically.' })
  readonly exhaustedRetrySteps!: number;

  @Field(() => Int, { description: 'The `retryableErrorSteps` that are still waiting.' })
  readonly inBackoffSteps!: number;

  @Field(() => Int, {
    description: 'Sessions of this database that run a statement, as far as the user of nestjs-tasker may see them.',
  })
  readonly activeConnections!: number;

  @Field(() => Int, { description: 'The maximum that the server allows.' })
  readonly maxConnections!: number;
}

@ObjectType('SystemStatus', { description: 'The whole system, judged by its counts.' })
export class SystemStatusType implements SystemStatus {
  @Field()
  readonly healthy!: boolean;

  @Field(() => [String], { description: 'The problems; empty if healthy.' })
  readonly reasons!: readonly string[];

  @Field(() => SystemCountsType)
  readonly counts!: SystemHealth;

  @Field(() => Float, { description: 'In percent of the connections that the server allows.' })
  readonly connectionUtilization!: number;

  @Field(() => Float, { description: 'Tasks in error, in percent of all that are kept.' })
  readonly taskErrorRate!: number;

  @Field(() => Float)
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

@ObjectType('Health', { description: 'Whether requests and steps may be sent to this process.' })
export class HealthType {
  @Field()
  readonly ready!: boolean;

  @Field(() => [HealthCheckType])
  readonly checks!: readonly HealthCheckType[];
}
