import { Field, InputType, Int, ObjectType } from '@nestjs/graphql';
import type { JsonValue } from '../../workflow/json.js';
import { JsonScalar } from '../json.scalar.js';
import { StepActionInput } from './mutation.input.js';
import { StepActionPayload } from './mutation.payload.js';

@InputType()
export class CancelStepInput extends StepActionInput {}

@ObjectType()
export class CancelStepPayload extends StepActionPayload {}

@InputType()
export class RetryStepInput extends StepActionInput {
  @Field(() => Int, { nullable: true, description: 'How many more; as many as the template allows where left out.' })
  readonly attempts?: number | null;
}

@ObjectType()
export class RetryStepPayload extends StepActionPayload {}

@InputType()
export class ResetStepInput extends StepActionInput {}

@ObjectType()
export class ResetStepPayload extends StepActionPayload {}

@InputType()
export class ResolveStepInput extends StepActionInput {
  @Field(() => JsonScalar, { nullable: true, description: 'What the steps that depend on it find as its results.' })
  readonly results?: JsonValue;
}

@ObjectType()
export class ResolveStepPayload extends StepActionPayload {}

@InputType()
export class SkipStepInput extends StepActionInput {}

@ObjectType()
export class SkipStepPayload extends StepActionPayload {}

@InputType()
export class ChangeRetryLimitInput extends StepActionInput {
  @Field(() => Int, { description: 'Attempts in all.' })
  readonly retryLimit!: number;

  @Field(() => String, { nullable: true, description: 'Only if the step is still at this revision.' })
  readonly ifRevision?: string | null;
}

@ObjectType()
export class ChangeRetryLimitPayload extends StepActionPayload {}
