import { TASK_SORTS, type TaskListRequest } from '../insight/task.list.js';
import { TASK_PARTS } from '../insight/task.parts.js';
import { PAGE_BOUNDS } from '../workflow/list.bounds.js';
import { AnnotationFilterFields, TaskFilterFields, type TaskFilter } from '../workflow/task.filter.js';
import { queryOf, type QueryParameters } from './query.pipe.js';

const { states, ...FILTER_QUERY } = queryOf(TaskFilterFields);
const { type, key, value } = queryOf(AnnotationFilterFields);

/**
 * The query parameters of dead letters: the filters of the engine, an annotation by three parameters, and those of a
 * page.
 */
export const DEAD_LETTER_QUERY = {
  ...FILTER_QUERY,
  annotationType: type!,
  annotationKey: key!,
  annotationValue: value!,
  sort: {
    kind: 'text',
    description: 'The field to sort by. A minus in front reverses the order. If omitted, `-createdAt`.',
    values: TASK_SORTS,
  },
  limit: { kind: 'number', description: 'The number of tasks on a page.', bounds: PAGE_BOUNDS },
  after: { kind: 'text', description: 'A cursor. Selects the page after it.' },
  before: { kind: 'text', description: 'A cursor. Selects the page before it.' },
} satisfies QueryParameters;

export const INCLUDE_QUERY = {
  include: { kind: 'words', description: 'The parts of a task to include.', values: TASK_PARTS },
} as const satisfies QueryParameters;

/** The query parameters of the list of tasks. */
export const TASK_LIST_QUERY: QueryParameters = { ...DEAD_LETTER_QUERY, states: states!, ...INCLUDE_QUERY };

/** The parameters as read. The reader checks their values. */
export type ListQuery = Readonly<Record<string, unknown>>;

/** Converts the query to a request of the reader, which checks its values. */
export function listRequest(query: ListQuery): TaskListRequest {
  const { sort, limit, after, before, include, annotationType, annotationKey, annotationValue, ...filter } = query;
  const annotation = given({ type: annotationType, key: annotationKey, value: annotationValue });
  const isAnnotated = Object.keys(annotation).length > 0;
  return {
    filter: { ...(filter as TaskFilter), ...(isAnnotated && { annotation }) },
    ...(given({ sort, limit, after, before, include }) as TaskListRequest),
  };
}

function given(values: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
