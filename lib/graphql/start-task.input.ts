import { Field, InputType, Int } from '@nestjs/graphql';
import type { JsonObject } from '../workflow/json.js';
import { JsonScalar } from './json.scalar.js';

@InputType('StartTaskInput', { description: 'What to start. What is null counts as left out.' })
export class StartTaskInput {
  @Field()
  readonly name!: string;

  @Field(() => String, { nullable: true, description: "'default' when left out." })
  readonly namespace?: string | null;

  @Field(() => String, { nullable: true, description: "An exact version, or 'latest'; '0.1.0' when left out." })
  readonly version?: string | null;

  @Field(() => JsonScalar, { nullable: true, description: 'An object that fits the schema of the template.' })
  readonly context?: JsonObject | null;

  @Field(() => String, { nullable: true })
  readonly initiator?: string | null;

  @Field(() => String, { nullable: true })
  readonly sourceSystem?: string | null;

  @Field(() => String, { nullable: true })
  readonly reason?: string | null;

  @Field(() => [String], { nullable: true })
  readonly tags?: readonly string[] | null;

  @Field(() => Int, { nullable: true, description: 'Overrides the priority of all steps; higher runs first.' })
  readonly priority?: number | null;
}
