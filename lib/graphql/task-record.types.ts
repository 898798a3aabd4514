import { Field, ID, ObjectType } from '@nestjs/graphql';
import type { TransitionDetails } from '../insight/task.reader.js';
import type { AnnotationTypeDetails } from '../insight/annotation-type.reader.js';
import { objectTypeOf } from './object.type.js';
import { StepFailureType } from './step-failure.type.js';

export const TaskAnnotationType = objectTypeOf('TaskAnnotation', 'AnnotationDetails');

@ObjectType('AnnotationType', { description: 'A type of annotation.' })
export class AnnotationTypeType implements AnnotationTypeDetails {
  @Field(() => ID)
  readonly id!: string;

  @Field()
  readonly name!: string;

  @Field(() => String, { nullable: true })
  readonly description!: string | null;
}

export const TransitionType = objectTypeOf<TransitionDetails>('Transition', 'TransitionDetails', {
  floats: ['durationSeconds'],
  types: { error: () => StepFailureType },
});
