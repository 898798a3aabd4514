import { Field, ObjectType } from '@nestjs/graphql';
import type { StepFailure } from '../workflow/step-failure.js';

@ObjectType('StepFailure', { description: 'The failure of an attempt, as it is stored in the history.' })
export class StepFailureType implements StepFailure {
  @Field()
  readonly message!: string;

  @Field(() => String, { nullable: true })
  readonly code!: string | null;

  @Field({ description: 'The name of the error class.' })
  readonly class!: string;

  @Field({ description: 'Whether further attempts cannot help.' })
  readonly permanent!: boolean;
}
