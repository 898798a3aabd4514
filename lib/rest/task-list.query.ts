import type { TaskListRequest } from '../insight/task.list.js';
import type { AnnotationFilter, TaskFilter } from '../workflow/task.filter.js';
import type { QueryOf } from './query.pipe.js';

/** What `GET tasks` can be asked; the filters are those of the engine, an annotation by three parameters. */
export const TASK_LIST_PARAMETERS = {
  ids: 'words',
  namespace: 'text',
  name: 'text',
  version: 'text',
  states: 'words',
  tags: 'texts',
  anyTags: 'texts',
  initiator: 'text',
  sourceSystem: 'text',
  identityHash: 'text',
  annotationType: 'text',
  annotationKey: 'text',
  annotationValue: 'text',
  contextPath: 'text',
  text: 'text',
  createdAfter: 'text',
  createdBefore: 'text',
  updatedAfter: 'text',
  updatedBefore: 'text',
  sort: 'text',
  limit: 'number',
  after: 'text',
  before: 'text',
  include: 'words',
} as const;

export type TaskListQuery = QueryOf<typeof TASK_LIST_PARAMETERS>;

/** The request as the engine knows it, which checks the values. */
export function listRequest(query: TaskListQuery): TaskListRequest {
  const { sort, limit, after, before, include, annotationType, annotationKey, annotationValue, ...filter } = query;
  const annotation = given({ type: annotationType, key: annotationKey, value: annotationValue }) as AnnotationFilter;
  const isAnnotated = Object.keys(annotation).length > 0;
  return {
    filter: { ...(filter as TaskFilter), ...(isAnnotated && { annotation }) },
    ...(given({ sort, limit, after, before, include }) as TaskListRequest),
  };
}

function given(values: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
