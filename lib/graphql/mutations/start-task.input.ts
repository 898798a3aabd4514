import { Field, InputType, Int, IntersectionType } from '@nestjs/graphql';
import type { JsonObject } from '../../workflow/json.js';
import { JsonScalar } from '../json.scalar.js';
import { MutationInput } from './mutation.input.js';

@InputType('TaskRequestInput', { description: 'What to start. What is null counts as left out.' })
export class TaskRequestInput {
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

  @Field(() => [String], { nullable: true, description: 'Skippable steps that are passed over when their turn comes.' })
  readonly bypassSteps?: readonly string[] | null;

  @Field(() => String, { nullable: true, description: 'Not before this instant, ISO 8601 with a time zone.' })
  readonly runAt?: string | null;

  @Field(() => String, { nullable: true, description: 'What is unfinished at this instant fails.' })
  readonly deadlineAt?: string | null;

  @Field(() => String, { nullable: true, description: 'Requests for one template with the same key are one task.' })
  readonly idempotencyKey?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Kept whatever the retention says.' })
  readonly retained?: boolean | null;
}

@InputType('StartTaskInput', { description: 'What to start. What is null counts as left out.' })
export class StartTaskInput extends IntersectionType(TaskRequestInput, MutationInput, InputType) {}
