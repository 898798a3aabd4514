import { Field, ID, Int, ObjectType, PickType } from '@nestjs/graphql';
import type { Change, ChangeEvent } from '../../live/change.js';
import type { StepState, TaskState } from '../../workflow/states.js';
import type { StepFailure } from '../../workflow/step-failure.js';
import { Instant } from '../instant.field.js';
import { ChangeEventEnum, StepStateEnum, TaskStateEnum } from '../state.enums.js';
import { TransitionType } from '../task-record.types.js';

/** The fields that the changes of tasks and of steps have in common. */
@ObjectType({ isAbstract: true })
class UpdateType extends PickType(TransitionType, ['actor', 'reason', 'durationSeconds', 'at']) {
  @Field({ description: 'The position of the update. Pass it as `after` to receive only later updates.' })
  readonly position!: string;

  @Field(() => ChangeEventEnum)
  readonly event!: ChangeEvent;

  @Field(() => ID)
  readonly taskId!: string;

  @Field()
  readonly namespace!: string;

  @Field({ description: 'The name of the task template.' })
  readonly name!: string;

  @Field()
  readonly version!: string;
}

@ObjectType('TaskUpdate', { description: 'A committed transition of a task.' })
export class TaskUpdateType extends UpdateType {
  @Field(() => TaskStateEnum)
  readonly from!: TaskState;

  @Field(() => TaskStateEnum)
  readonly to!: TaskState;
}

@ObjectType('StepUpdate', { description: 'A committed transition of a step.' })
export class StepUpdateType extends UpdateType {
  @Field(() => ID)
  readonly stepId!: string;

  @Field({ description: 'The name of the step.' })
  readonly stepName!: string;

  @Field(() => StepStateEnum)
  readonly from!: StepState;

  @Field(() => StepStateEnum)
  readonly to!: StepState;

  @Field(() => Int, { description: 'The number of the attempt that began or ended.' })
  readonly attempt!: number;

  @Field(() => String, { nullable: true, description: 'The name of the worker that ran the attempt.' })
  readonly worker!: string | null;

  /** A field of the resolver. */
  readonly error!: StepFailure | null;

  @Instant({
    nullable: true,
    description: 'When the next attempt of a failed step is due; null if no attempt follows automatically.',
  })
  readonly retryAt!: string | null;
}

/** `step` is the step itself in GraphQL, and its name in a change. */
export function stepUpdateOf({ step, ...change }: Change): StepUpdateType {
  return { ...change, stepName: step } as StepUpdateType;
}
