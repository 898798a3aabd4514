import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import type { StepDocument } from '../../insight/step.reader.js';
import type { TaskOutline } from '../../insight/task.reader.js';
import { Deferred, type Deferral } from '../reading/tasker-field.decorator.js';
import { TaskType } from '../task.type.js';
import { WorkflowStepType } from '../workflow-step.type.js';
import type { UserError } from './user.error.js';

@ObjectType('UserError', { description: 'What was wrong with what a mutation was given. Nothing was changed then.' })
export class UserErrorType implements UserError {
  @Field(() => [String], { nullable: true, description: 'The way to the value; null: no single one is at fault.' })
  readonly field!: readonly string[] | null;

  @Field({ description: 'Stable, and the same as over REST.' })
  readonly code!: string;

  @Field()
  readonly message!: string;

  @Field(() => Int, { nullable: true, description: 'When it may succeed.' })
  readonly retryAfterSeconds!: number | null;
}

@ObjectType({ isAbstract: true })
export class MutationPayload {
  @Field(() => [UserErrorType], { description: 'Empty where it was carried out.' })
  readonly userErrors!: readonly UserError[];

  @Field(() => String, { nullable: true })
  readonly clientMutationId!: string | null;
}

@ObjectType({ isAbstract: true })
export class TaskPayload extends MutationPayload {
  @Field(() => ID, { nullable: true })
  readonly taskId!: string | null;

  @Deferred(() => TaskType, 'tasker.task:show', 'As it is now.')
  readonly task!: Deferral<TaskOutline> | null;
}

@ObjectType({ isAbstract: true })
export class StartPayload extends TaskPayload {
  @Field({ description: 'False also where the request was the same as an earlier one, whose task this is.' })
  readonly created!: boolean;
}

@ObjectType({ isAbstract: true })
export class TaskActionPayload extends TaskPayload {
  @Field({ description: 'False: it was already as asked, or refused.' })
  readonly changed!: boolean;
}

@ObjectType({ isAbstract: true })
export class StepActionPayload extends TaskActionPayload {
  @Deferred(() => WorkflowStepType, 'tasker.workflow_step:show', 'As it is now.')
  readonly step!: Deferral<StepDocument> | null;
}
