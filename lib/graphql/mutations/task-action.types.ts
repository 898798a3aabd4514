import { Field, InputType, Int, ObjectType } from '@nestjs/graphql';
import { TaskActionInput } from './mutation.input.js';
import { TaskActionPayload } from './mutation.payload.js';

@InputType()
export class CancelTaskInput extends TaskActionInput {}

@ObjectType()
export class CancelTaskPayload extends TaskActionPayload {}

@InputType()
export class RetryTaskInput extends TaskActionInput {
  @Field(() => Int, { nullable: true, description: 'How many more; as many as the template allows where left out.' })
  readonly attempts?: number | null;
}

@ObjectType()
export class RetryTaskPayload extends TaskActionPayload {}

@InputType()
export class ResetTaskInput extends TaskActionInput {}

@ObjectType()
export class ResetTaskPayload extends TaskActionPayload {}

@InputType()
export class ResolveTaskInput extends TaskActionInput {}

@ObjectType()
export class ResolveTaskPayload extends TaskActionPayload {}

@InputType()
export class HoldTaskInput extends TaskActionInput {}

@ObjectType()
export class HoldTaskPayload extends TaskActionPayload {}

@InputType()
export class ReleaseTaskInput extends TaskActionInput {}

@ObjectType()
export class ReleaseTaskPayload extends TaskActionPayload {}
