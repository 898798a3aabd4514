import { Field, ID, InputType, Int, OmitType } from '@nestjs/graphql';
import { MAX_BULK, type BulkFilter } from '../../engine/tasks/task.bulk.js';
import type { TaskState } from '../../workflow/states.js';
import type { TaskFilter } from '../../workflow/task.filter.js';
import { TaskStateEnum } from '../state.enums.js';
import { given } from './given.js';

@InputType('AnnotationFilterInput', {
  description: 'Selects tasks by one of their annotations; all given conditions must hold.',
})
export class AnnotationFilterInput {
  @Field(() => String, { nullable: true })
  readonly type?: string | null;

  @Field(() => String, { nullable: true, description: 'A field of the annotation, if that is an object.' })
  readonly key?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The value of that field: its text, or its JSON if it is not a string.',
  })
  readonly value?: string | null;
}

@InputType('TaskFilterInput', {
  description: 'Selects tasks; all given conditions must hold. Null means not given.',
})
export class TaskFilterInput {
  @Field(() => [ID], { nullable: true })
  readonly ids?: readonly string[] | null;

  @Field(() => String, { nullable: true })
  readonly namespace?: string | null;

  @Field(() => String, { nullable: true, description: 'Of the task template.' })
  readonly name?: string | null;

  @Field(() => String, { nullable: true })
  readonly version?: string | null;

  @Field(() => [TaskStateEnum], { nullable: true, description: 'Tasks in one of these.' })
  readonly states?: readonly TaskState[] | null;

  @Field(() => [String], { nullable: true, description: 'Tasks that have all of these.' })
  readonly tags?: readonly string[] | null;

  @Field(() => [String], { nullable: true, description: 'Tasks that have at least one of these.' })
  readonly anyTags?: readonly string[] | null;

  @Field(() => String, { nullable: true })
  readonly initiator?: string | null;

  @Field(() => String, { nullable: true })
  readonly sourceSystem?: string | null;

  @Field(() => String, { nullable: true })
  readonly identityHash?: string | null;

  @Field(() => AnnotationFilterInput, { nullable: true, description: 'Tasks with such an annotation.' })
  readonly annotation?: AnnotationFilterInput | null;

  @Field(() => String, {
    nullable: true,
    description: 'SQL/JSON path that finds something in the context, such as `$.order ? (@.total > 100)`.',
  })
  readonly contextPath?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Part of the name, the reason, the initiator, the source system or a tag, whatever the case.',
  })
  readonly text?: string | null;

  @Field(() => String, { nullable: true, description: 'ISO 8601 with a time zone, as the following.' })
  readonly createdAfter?: string | null;

  @Field(() => String, { nullable: true })
  readonly createdBefore?: string | null;

  @Field(() => String, { nullable: true })
  readonly updatedAfter?: string | null;

  @Field(() => String, { nullable: true })
  readonly updatedBefore?: string | null;
}

@InputType('DeadLetterFilterInput', { description: 'Selects tasks in error; all given conditions must hold.' })
export class DeadLetterFilterInput extends OmitType(TaskFilterInput, ['states']) {}

@InputType('BulkFilterInput', { description: 'The tasks to act on, in the order of their ids; it must say which.' })
export class BulkFilterInput extends TaskFilterInput {
  @Field(() => ID, { nullable: true, description: 'Only later ids, to go on where an earlier call ended.' })
  readonly afterId?: string | null;

  @Field(() => Int, { nullable: true, defaultValue: MAX_BULK, description: '1 to 1000, which null means too.' })
  readonly limit?: number | null;
}

/** The filter as the engine takes it, which checks the values. */
export function filterOf(input: TaskFilterInput | BulkFilterInput): TaskFilter & BulkFilter {
  const { annotation, ...rest } = given(input);
  return { ...rest, ...(annotation && { annotation: given(annotation) }) };
}
