import { Field, ID, InputType, Int, OmitType } from '@nestjs/graphql';
import { MAX_BULK, type BulkFilter } from '../../engine/tasks/task.bulk.js';
import type { TaskState } from '../../workflow/states.js';
import type { TaskFilter } from '../../workflow/task.filter.js';
import { TaskStateEnum } from '../state.enums.js';
import { given } from './given.js';

@InputType('AnnotationFilterInput', {
  description: 'Selects tasks that have an annotation for which all given conditions hold.',
})
export class AnnotationFilterInput {
  @Field(() => String, { nullable: true })
  readonly type?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The name of a field of the annotation, which must be an object.',
  })
  readonly key?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The value of the field `key`: the string itself, or its JSON if it is not a string.',
  })
  readonly value?: string | null;
}

@InputType('TaskFilterInput', {
  description: 'Selects tasks for which all given conditions hold. A null is ignored.',
})
export class TaskFilterInput {
  @Field(() => [ID], { nullable: true })
  readonly ids?: readonly string[] | null;

  @Field(() => String, { nullable: true })
  readonly namespace?: string | null;

  @Field(() => String, { nullable: true, description: 'The name of the task template.' })
  readonly name?: string | null;

  @Field(() => String, { nullable: true, description: 'The version of the task template.' })
  readonly version?: string | null;

  @Field(() => [TaskStateEnum], { nullable: true, description: 'Selects tasks in one of these states.' })
  readonly states?: readonly TaskState[] | null;

  @Field(() => [String], { nullable: true, description: 'Selects tasks that have all of these tags.' })
  readonly tags?: readonly string[] | null;

  @Field(() => [String], { nullable: true, description: 'Selects tasks that have at least one of these tags.' })
  readonly anyTags?: readonly string[] | null;

  @Field(() => String, { nullable: true })
  readonly initiator?: string | null;

  @Field(() => String, { nullable: true })
  readonly sourceSystem?: string | null;

  @Field(() => String, { nullable: true })
  readonly identityHash?: string | null;

  @Field(() => AnnotationFilterInput, { nullable: true, description: 'Selects tasks with a matching annotation.' })
  readonly annotation?: AnnotationFilterInput | null;

  @Field(() => String, {
    nullable: true,
    description: 'An SQL/JSON path that must match something in the context, such as `$.order ? (@.total > 100)`.',
  })
  readonly contextPath?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Text to find in the name, the reason, the initiator, the source system or a tag. Case is ignored.',
  })
  readonly text?: string | null;

  @Field(() => String, { nullable: true, description: 'ISO 8601 with a time zone.' })
  readonly createdAfter?: string | null;

  @Field(() => String, { nullable: true, description: 'ISO 8601 with a time zone.' })
  readonly createdBefore?: string | null;

  @Field(() => String, { nullable: true, description: 'ISO 8601 with a time zone.' })
  readonly updatedAfter?: string | null;

  @Field(() => String, { nullable: true, description: 'ISO 8601 with a time zone.' })
  readonly updatedBefore?: string | null;
}

@InputType('DeadLetterFilterInput', { description: 'Selects tasks in error for which all given conditions hold.' })
export class DeadLetterFilterInput extends OmitType(TaskFilterInput, ['states']) {}

@InputType('BulkFilterInput', {
  description: 'Selects the tasks to act on, in the order of their ids. At least one condition is required.',
})
export class BulkFilterInput extends TaskFilterInput {
  @Field(() => ID, {
    nullable: true,
    description: 'Selects only tasks with a higher id, to continue where an earlier call ended.',
  })
  readonly afterId?: string | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: MAX_BULK,
    description: 'The maximum number of tasks, from 1 to 1000. Null means 1000.',
  })
  readonly limit?: number | null;
}

/** Converts an input to the filter that the engine expects. The engine checks its values. */
export function filterOf(input: TaskFilterInput | BulkFilterInput): TaskFilter & BulkFilter {
  const { annotation, ...rest } = given(input);
  return { ...rest, ...(annotation && { annotation: given(annotation) }) };
}
