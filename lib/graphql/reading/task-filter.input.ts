import { BulkFilterFields, type BulkFilter } from '../../engine/tasks/task.bulk.js';
import { AnnotationFilterFields, TaskFilterFields, type AnnotationFilter } from '../../workflow/task.filter.js';
import { inputTypeOf } from '../input.type.js';
import { given, type Nullable } from './given.js';

/** A filter, in the form of GraphQL. */
export type FilterInput = Nullable<Omit<BulkFilter, 'annotation'>> & {
  readonly annotation?: Nullable<AnnotationFilter> | null;
};

const objects = {
  annotation: inputTypeOf('AnnotationFilterInput', Object, AnnotationFilterFields, {
    description: 'Selects tasks that have an annotation for which all given conditions hold.',
  }),
};

export const TaskFilterInput = inputTypeOf('TaskFilterInput', Object, TaskFilterFields, {
  description: 'Selects tasks for which all given conditions hold. A null is ignored.',
  objects,
});

export const DeadLetterFilterInput = inputTypeOf('DeadLetterFilterInput', Object, TaskFilterFields, {
  description: 'Selects tasks in error for which all given conditions hold.',
  except: ['states'],
  objects,
});

export const BulkFilterInput = inputTypeOf('BulkFilterInput', Object, BulkFilterFields, {
  description: 'Selects the tasks to act on, in the order of their ids. At least one condition is required.',
  objects,
});

/** Converts an input to the filter that the engine expects. The engine checks its values. */
export function filterOf(input: FilterInput): BulkFilter {
  const { annotation, ...rest } = given(input);
  return { ...rest, ...(annotation && { annotation: given(annotation) }) };
}
