import { Field, ObjectType } from '@nestjs/graphql';
import type { StepFailure } from '../workflow/step-failure.js';

@ObjectType('StepFailure', { description: 'The failure of an attempt, as the history keeps it.' })
export class StepFailureType implements StepFailure {
  @Field()
  readonly message!: string;

  @Field(() => String, { nullable: true })
  readonly code!: string | null;

  @Field({ description: 'Name of the class of the error.' })
  readonly class!: string;

  @Field({ description: 'No further attempt can help.' })
  readonly permanent!: boolean;
}
