import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import type { StepDocument } from '../../insight/step.reader.js';
import type { TaskOutline } from '../../insight/task.reader.js';
import { Deferred, type Deferral } from '../reading/tasker-field.decorator.js';
import { TaskType } from '../task.type.js';
import { WorkflowStepType } from '../workflow-step.type.js';

@ObjectType('UserError', { description: 'A problem with the input of a mutation. The mutation has changed nothing.' })
export class UserErrorType {
  @Field(() => [String], {
    nullable: true,
    description: 'The path to the invalid value, starting at the argument. Null if no single value is at fault.',
  })
  readonly field!: readonly string[] | null;

  @Field({ description: 'A stable code for programs, the same as in the REST API.' })
  readonly code!: string;

  @Field()
  readonly message!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'The number of seconds after which a repetition may succeed. Null if unknown.',
  })
  readonly retryAfterSeconds!: number | null;
}

@ObjectType({ isAbstract: true })
export class MutationPayload {
  @Field(() => [UserErrorType], { description: 'The problems with the input. Empty if the mutation was carried out.' })
  readonly userErrors!: readonly UserErrorType[];

  @Field(() => String, { nullable: true })
  readonly clientMutationId!: string | null;
}

@ObjectType({ isAbstract: true })
export class TaskPayload extends MutationPayload {
  @Field(() => ID, { nullable: true })
  readonly taskId!: string | null;

  @Deferred(() => TaskType, 'tasker.task:show', 'The task in its current state.')
  readonly task!: Deferral<TaskOutline> | null;
}

@ObjectType({ isAbstract: true })
export class StartPayload extends TaskPayload {
  @Field({ description: 'False if an equal request started the task before, or if the mutation was refused.' })
  readonly created!: boolean;
}

@ObjectType({ isAbstract: true })
export class TaskActionPayload extends TaskPayload {
  @Field({ description: 'False if there was nothing to change, or if the mutation was refused.' })
  readonly changed!: boolean;
}

@ObjectType({ isAbstract: true })
export class StepActionPayload extends TaskActionPayload {
  @Deferred(() => WorkflowStepType, 'tasker.workflow_step:show', 'The step in its current state.')
  readonly step!: Deferral<StepDocument> | null;
}
