import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import type { QueueDetails, WorkerDetails } from '../../insight/worker.reader.js';
import { Instant } from '../instant.field.js';
import { enumOf } from '../state.enums.js';

const WorkerStatusEnum = enumOf<WorkerDetails['status']>(['running', 'late', 'stopped', 'lost']);
registerEnumType(WorkerStatusEnum, {
  name: 'WorkerStatus',
  description:
    'The status of a worker. `late` means that its lease expired, but no other worker has declared it lost yet.',
});

@ObjectType('Worker', { description: 'A worker that runs or ran steps.' })
export class WorkerType implements WorkerDetails {
  @Field(() => ID)
  readonly id!: string;

  @Field()
  readonly name!: string;

  @Field()
  readonly host!: string;

  @Field(() => Int)
  readonly pid!: number;

  @Field({ description: 'The version of nestjs-tasker.' })
  readonly version!: string;

  @Field(() => [String], {
    nullable: true,
    description: 'The queues that the worker takes steps from; null for all queues.',
  })
  readonly queues!: readonly string[] | null;

  @Field(() => Int, { description: 'The maximum number of steps that the worker runs at the same time.' })
  readonly concurrency!: number;

  @Field(() => Int)
  readonly runningSteps!: number;

  @Field(() => WorkerStatusEnum)
  readonly status!: WorkerDetails['status'];

  @Instant()
  readonly startedAt!: string;

  @Instant()
  readonly lastHeartbeatAt!: string;
}

@ObjectType('Queue', { description: 'The numbers of steps of one namespace in one queue.' })
export class QueueType implements QueueDetails {
  @Field()
  readonly queue!: string;

  @Field()
  readonly namespace!: string;

  @Field(() => Int, { description: 'The number of steps that can run now.' })
  readonly readySteps!: number;

  @Field(() => Int)
  readonly runningSteps!: number;

  @Field(() => Int, { description: 'The number of failed steps that wait for their next attempt.' })
  readonly retryingSteps!: number;

  @Field(() => Int, { description: 'The number of steps that are due later, without retries.' })
  readonly scheduledSteps!: number;

  @Field(() => Int, { description: 'The number of steps whose task is on hold.' })
  readonly heldSteps!: number;

  @Instant({
    nullable: true,
    description: 'When the first ready step became ready; null if no step is ready.',
  })
  readonly oldestReadyAt!: string | null;
}
