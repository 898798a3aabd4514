import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import type { TaskOutline, TaskSummary } from '../insight/task.reader.js';
import type { TaskState } from '../workflow/states.js';
import { Instant } from './instant.field.js';
import { ExecutionStatusEnum, HealthStatusEnum, RecommendedActionEnum, TaskStateEnum } from './state.enums.js';

@ObjectType('TaskSummary', { description: 'Counts of the steps of a task, and what follows from them.' })
export class TaskSummaryType implements TaskSummary {
  @Field(() => ExecutionStatusEnum)
  readonly executionStatus!: TaskSummary['executionStatus'];

  @Field(() => HealthStatusEnum)
  readonly healthStatus!: TaskSummary['healthStatus'];

  @Field(() => RecommendedActionEnum)
  readonly recommendedAction!: TaskSummary['recommendedAction'];

  @Field(() => Float, { description: '0 to 100.' })
  readonly completionPercentage!: number;

  @Field(() => Int)
  readonly totalSteps!: number;

  @Field(() => Int)
  readonly pendingSteps!: number;

  @Field(() => Int)
  readonly inProgressSteps!: number;

  @Field(() => Int)
  readonly completedSteps!: number;

  @Field(() => Int)
  readonly failedSteps!: number;

  @Field(() => Int)
  readonly cancelledSteps!: number;

  @Field(() => Int)
  readonly readySteps!: number;

  @Field(() => Int, { description: 'Failed steps that will not be retried by themselves.' })
  readonly exhaustedRetrySteps!: number;

  @Instant({ nullable: true })
  readonly nextRetryAt!: string | null;
}

/** The GraphQL type of a task, for fields of the host that answer tasks. */
@ObjectType('Task', { description: 'One run of a task template.' })
export class TaskType implements TaskOutline {
  @Field(() => ID)
  readonly id!: string;

  @Field()
  readonly namespace!: string;

  @Field({ description: 'Of the task template.' })
  readonly name!: string;

  @Field()
  readonly version!: string;

  @Field(() => TaskStateEnum)
  readonly state!: TaskState;

  @Field(() => Int, { nullable: true, description: 'Null: each step has the priority of its template.' })
  readonly priority!: number | null;

  @Field()
  readonly initiator!: string;

  @Field()
  readonly sourceSystem!: string;

  @Field()
  readonly reason!: string;

  @Field(() => [String])
  readonly tags!: readonly string[];

  @Instant()
  readonly requestedAt!: string;

  @Instant({ nullable: true, description: 'Its first steps are not due before; null: at once.' })
  readonly runAt!: string | null;

  @Instant({ nullable: true, description: 'What is unfinished then fails; null: never.' })
  readonly deadlineAt!: string | null;

  @Instant({ nullable: true, description: 'Since when it is on hold; null: it is not.' })
  readonly heldAt!: string | null;

  @Field({ description: 'Kept whatever the retention says.' })
  readonly retained!: boolean;

  @Field(() => ID, { nullable: true, description: 'The task that this one repeats.' })
  readonly rerunOf!: string | null;

  @Field(() => [String], { description: 'Skippable steps that are passed over when their turn comes.' })
  readonly bypassSteps!: readonly string[];

  @Field(() => String, {
    nullable: true,
    description: 'What tells equal requests; null: it is never the same as another.',
  })
  readonly identityHash!: string | null;

  @Instant()
  readonly createdAt!: string;

  @Instant({ nullable: true, description: 'When it reached a final state.' })
  readonly completedAt!: string | null;

  @Instant()
  readonly updatedAt!: string;

  @Field({ description: 'Another one after each change of the task itself.' })
  readonly revision!: string;
}
