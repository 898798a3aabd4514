import { Field, ID, ObjectType } from '@nestjs/graphql';
import type { AnnotationTypeDetails } from '../insight/annotation-type.reader.js';
import { objectTypeOf } from './object.type.js';

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

export const TransitionType = objectTypeOf('Transition', 'TransitionDetails', { floats: ['durationSeconds'] });
