import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import type { AnnotationTypeDetails } from '../insight/annotation-type.reader.js';
import type { AnnotationDetails, TransitionDetails } from '../insight/task.reader.js';
import type { JsonValue } from '../workflow/json.js';
import type { StepFailure } from '../workflow/step-failure.js';
import { Instant } from './instant.field.js';
import { JsonField } from './json.field.js';
import { StepFailureType } from './step-failure.type.js';

@ObjectType('TaskAnnotation', { description: 'An annotation of a task.' })
export class TaskAnnotationType implements AnnotationDetails {
  @Field(() => ID)
  readonly id!: string;

  @Field({ description: 'The name of the annotation type.' })
  readonly type!: string;

  @JsonField({ nullable: true })
  readonly annotation!: JsonValue;

  @Instant()
  readonly createdAt!: string;

  @Instant()
  readonly updatedAt!: string;
}

@ObjectType('AnnotationType', { description: 'A type of annotation.' })
export class AnnotationTypeType implements AnnotationTypeDetails {
  @Field(() => ID)
  readonly id!: string;

  @Field()
  readonly name!: string;

  @Field(() => String, { nullable: true })
  readonly description!: string | null;
}

@ObjectType('Transition', { description: 'A change of the state of a task or a step.' })
export class TransitionType implements TransitionDetails {
  @Field(() => String, {
    nullable: true,
    description: 'The name of the step; null for a transition of the task itself.',
  })
  readonly step!: string | null;

  @Field()
  readonly from!: string;

  @Field()
  readonly to!: string;

  @Field(() => Int, { nullable: true, description: 'The number of the attempt that began or ended; null for a task.' })
  readonly attempt!: number | null;

  @Field(() => String, { nullable: true, description: 'The name of the worker that ran the attempt.' })
  readonly worker!: string | null;

  @Field(() => String, { nullable: true, description: 'The person or program that acted; null for the engine.' })
  readonly actor!: string | null;

  @Field(() => String, { nullable: true })
  readonly reason!: string | null;

  @Field(() => Float, { nullable: true, description: 'The duration of the attempt, or of the task that ended.' })
  readonly durationSeconds!: number | null;

  @Field(() => StepFailureType, { nullable: true, description: 'The failure of the attempt.' })
  readonly error!: StepFailure | null;

  @Instant({
    nullable: true,
    description: 'When the next attempt of a failed step is due; null if no attempt follows automatically.',
  })
  readonly retryAt!: string | null;

  @Instant()
  readonly at!: string;
}
