import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import type { QueueDetails, WorkerDetails } from '../../insight/worker.reader.js';
import { Instant } from '../instant.field.js';
import { enumOf } from '../state.enums.js';

const WorkerStatusEnum = enumOf<WorkerDetails['status']>(['running', 'late', 'stopped', 'lost']);
registerEnumType(WorkerStatusEnum, {
  name: 'WorkerStatus',
  description: 'Late: no heartbeat within its lease, and nobody has declared it lost yet.',
});

@ObjectType('Worker', { description: 'A process that runs steps, or ran them.' })
export class WorkerType implements WorkerDetails {
  @Field(() => ID)
  readonly id!: string;

  @Field()
  readonly name!: string;

  @Field()
  readonly host!: string;

  @Field(() => Int)
  readonly pid!: number;

  @Field({ description: 'Of nestjs-tasker.' })
  readonly version!: string;

  @Field(() => [String], { nullable: true, description: 'Null: all queues.' })
  readonly queues!: readonly string[] | null;

  @Field(() => Int, { description: 'The maximum number of steps at the same time.' })
  readonly concurrency!: number;

  @Field(() => Int)
  readonly runningSteps!: number;

  @Field(() => WorkerStatusEnum, {
    description: '`late`: no heartbeat within its lease, and nobody has declared it lost yet.',
  })
  readonly status!: WorkerDetails['status'];

  @Instant()
  readonly startedAt!: string;

  @Instant()
  readonly lastHeartbeatAt!: string;
}

@ObjectType('Queue', { description: 'The steps that are waiting and running in one queue of one namespace.' })
export class QueueType implements QueueDetails {
  @Field()
  readonly queue!: string;

  @Field()
  readonly namespace!: string;

  @Field(() => Int, { description: 'May run now.' })
  readonly readySteps!: number;

  @Field(() => Int)
  readonly runningSteps!: number;

  @Field(() => Int, { description: 'Failed, and wait for their next attempt.' })
  readonly retryingSteps!: number;

  @Field(() => Int, { description: 'Due later, not counting retries.' })
  readonly scheduledSteps!: number;

  @Field(() => Int, { description: 'Their task is on hold.' })
  readonly heldSteps!: number;

  @Instant({
    nullable: true,
    description: 'When the first ready step became ready; null if no step is ready.',
  })
  readonly oldestReadyAt!: string | null;
}
