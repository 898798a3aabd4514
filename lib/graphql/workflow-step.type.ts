import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import type { StepDocument } from '../insight/step.reader.js';
import type { StepErrorDetails } from '../insight/task.reader.js';
import type { JsonObject } from '../workflow/json.js';
import type { StepState } from '../workflow/states.js';
import type { StepErrorCause } from '../workflow/step-failure.js';
import { Instant } from './instant.field.js';
import { JsonField } from './json.field.js';
import { StepStateEnum } from './state.enums.js';
import { StepFailureType } from './step-failure.type.js';

@ObjectType('StepError', { description: 'The failure of an attempt.' })
export class StepErrorType extends StepFailureType implements StepErrorDetails {
  @JsonField()
  readonly context!: JsonObject;

  @JsonField({
    nullable: true,
    description: 'The cause of the error, with its message, code, class and own cause.',
  })
  readonly cause?: StepErrorCause;

  @JsonField({ nullable: true, description: 'The first five errors of an AggregateError, each as a cause.' })
  readonly errors?: readonly StepErrorCause[];
}

/** The GraphQL type of a step, for fields of the host that return steps. */
@ObjectType('WorkflowStep', { description: 'One step of a task.' })
export class WorkflowStepType implements Omit<StepDocument, 'siblings' | 'results' | 'error'> {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => ID)
  readonly taskId!: string;

  @Field()
  readonly name!: string;

  @Field(() => StepStateEnum)
  readonly state!: StepState;

  @Field(() => [String], { description: 'The names of the steps that this step depends on.' })
  readonly dependsOn!: readonly string[];

  @Field(() => [String], { description: 'The names of the steps that depend on this step.' })
  readonly dependents!: readonly string[];

  @Field(() => Int)
  readonly attempts!: number;

  @Field(() => Int, { description: 'The maximum number of attempts in total.' })
  readonly retryLimit!: number;

  @Field()
  readonly retryable!: boolean;

  @Field()
  readonly skippable!: boolean;

  @Instant({ nullable: true })
  readonly nextRetryAt!: string | null;

  @Instant({ nullable: true, description: 'When the first attempt began.' })
  readonly startedAt!: string | null;

  @Instant({ nullable: true, description: 'When the latest attempt began.' })
  readonly lastAttemptedAt!: string | null;

  @Instant({ nullable: true })
  readonly processedAt!: string | null;

  @Field({ description: 'A text that differs after each change of the step.' })
  readonly revision!: string;
}
