import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import type { TaskOutline } from '../insight/task.reader.js';
import type { TaskState } from '../workflow/states.js';
import { Instant } from './instant.field.js';
import { objectTypeOf } from './object.type.js';
import { ExecutionStatusEnum, HealthStatusEnum, RecommendedActionEnum, TaskStateEnum } from './state.enums.js';

export const TaskSummaryType = objectTypeOf('TaskSummary', 'TaskSummary', {
  floats: ['completionPercentage'],
  types: {
    executionStatus: () => ExecutionStatusEnum,
    healthStatus: () => HealthStatusEnum,
    recommendedAction: () => RecommendedActionEnum,
  },
});

/** The GraphQL type of a task, for fields of the host that return tasks. */
@ObjectType('Task', { description: 'One run of a task template.' })
export class TaskType implements TaskOutline {
  @Field(() => ID)
  readonly id!: string;

  @Field()
  readonly namespace!: string;

  @Field({ description: 'The name of the task template.' })
  readonly name!: string;

  @Field()
  readonly version!: string;

  @Field(() => TaskStateEnum)
  readonly state!: TaskState;

  @Field(() => Int, {
    nullable: true,
    description: 'The priority of all steps; null if each step has the priority of its template.',
  })
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

  @Instant({ nullable: true, description: 'The time before which no step begins; null for none.' })
  readonly runAt!: string | null;

  @Instant({ nullable: true, description: 'The time at which unfinished steps fail; null for none.' })
  readonly deadlineAt!: string | null;

  @Instant({ nullable: true, description: 'When the task was put on hold; null if it is not on hold.' })
  readonly heldAt!: string | null;

  @Field({ description: 'Whether retention keeps the task.' })
  readonly retained!: boolean;

  @Field(() => ID, { nullable: true, description: 'The task that this task repeats.' })
  readonly rerunOf!: string | null;

  @Field(() => [String], { description: 'The names of skippable steps that are skipped when their turn comes.' })
  readonly bypassSteps!: readonly string[];

  @Field(() => String, {
    nullable: true,
    description: 'The hash that identifies equal requests; null if no other request counts as equal.',
  })
  readonly identityHash!: string | null;

  @Instant()
  readonly createdAt!: string;

  @Instant({ nullable: true, description: 'When the task reached a final state; null before.' })
  readonly completedAt!: string | null;

  @Instant()
  readonly updatedAt!: string;

  @Field({ description: 'A text that differs after each change of the task itself.' })
  readonly revision!: string;
}
