import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import type { AnnotationTypeDetails } from '../insight/annotation-type.reader.js';
import type { AnnotationDetails, TransitionDetails } from '../insight/task.reader.js';
import type { JsonValue } from '../workflow/json.js';
import type { StepFailure } from '../workflow/step-failure.js';
import { Instant } from './instant.field.js';
import { JsonField } from './json.field.js';
import { StepFailureType } from './step-failure.type.js';

@ObjectType('TaskAnnotation', { description: 'What was noted about a task.' })
export class TaskAnnotationType implements AnnotationDetails {
  @Field(() => ID)
  readonly id!: string;

  @Field({ description: 'The name of its type.' })
  readonly type!: string;

  @JsonField({ nullable: true })
  readonly annotation!: JsonValue;

  @Instant()
  readonly createdAt!: string;

  @Instant()
  readonly updatedAt!: string;
}

@ObjectType('AnnotationType', { description: 'Under what annotations are noted.' })
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
  @Field(() => String, { nullable: true, description: 'Name of the step; null: of the task itself.' })
  readonly step!: string | null;

  @Field()
  readonly from!: string;

  @Field()
  readonly to!: string;

  @Field(() => Int, { nullable: true, description: 'Of a step: which attempt began or ended.' })
  readonly attempt!: number | null;

  @Field(() => String, { nullable: true, description: 'Name of the worker that ran it.' })
  readonly worker!: string | null;

  @Field(() => String, { nullable: true, description: 'Who did it by hand; null: the engine.' })
  readonly actor!: string | null;

  @Field(() => String, { nullable: true })
  readonly reason!: string | null;

  @Field(() => Float, { nullable: true, description: 'How long the attempt, or the completed task, took.' })
  readonly durationSeconds!: number | null;

  @Field(() => StepFailureType, { nullable: true, description: 'What the attempt failed with.' })
  readonly error!: StepFailure | null;

  @Instant({
    nullable: true,
    description: 'When the next attempt of a failed step is due; null: none follows by itself.',
  })
  readonly retryAt!: string | null;

  @Instant()
  readonly at!: string;
}
