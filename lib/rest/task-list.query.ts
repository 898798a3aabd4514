import { TASK_SORTS, type TaskListRequest } from '../insight/task.list.js';
import { TASK_PARTS } from '../insight/task.parts.js';
import { PAGE_BOUNDS } from '../workflow/list.bounds.js';
import { TASK_STATES } from '../workflow/states.js';
import type { AnnotationFilter, TaskFilter } from '../workflow/task.filter.js';
import type { QueryOf, QueryParameters } from './query.pipe.js';

/** What `GET tasks` can be asked; the filters are those of the engine, an annotation by three parameters. */
export const TASK_LIST_QUERY = {
  ids: { kind: 'words', description: 'These tasks, at most 1,000.' },
  namespace: { kind: 'text', description: 'The namespace of the task template.' },
  name: { kind: 'text', description: 'The name of the task template.' },
  version: { kind: 'text', description: 'The version of the task template.' },
  states: { kind: 'words', description: 'Tasks in any of these states.', values: TASK_STATES },
  tags: { kind: 'texts', description: 'Tasks that have all of these tags; one each time.' },
  anyTags: { kind: 'texts', description: 'Tasks that have one of these tags at least; one each time.' },
  initiator: { kind: 'text', description: 'The person or program that started the tasks.' },
  sourceSystem: { kind: 'text', description: 'The system from which the tasks were started.' },
  identityHash: { kind: 'text', description: 'The task that stands for equal requests.' },
  annotationType: { kind: 'text', description: 'Tasks with an annotation of this type.' },
  annotationKey: { kind: 'text', description: 'Tasks with an annotation that has this field.' },
  annotationValue: { kind: 'text', description: 'The value of that field of the annotation.' },
  contextPath: {
    kind: 'text',
    description: 'An SQL/JSON path that finds something in the context, such as `$.order ? (@.total > 100)`.',
  },
  text: { kind: 'text', description: 'Part of the name, the reason, the initiator, the source system or a tag.' },
  createdAfter: { kind: 'text', description: 'An instant, ISO 8601 with a time zone.', format: 'date-time' },
  createdBefore: { kind: 'text', description: 'An instant, ISO 8601 with a time zone.', format: 'date-time' },
  updatedAfter: {
    kind: 'text',
    description: 'An instant, of the latest change of the task itself.',
    format: 'date-time',
  },
  updatedBefore: {
    kind: 'text',
    description: 'An instant, of the latest change of the task itself.',
    format: 'date-time',
  },
  sort: {
    kind: 'text',
    description: 'A field to sort by, with a minus the highest first; `-createdAt` unless said otherwise.',
    values: TASK_SORTS,
  },
  limit: { kind: 'number', description: 'Tasks on a page.', bounds: PAGE_BOUNDS },
  after: { kind: 'text', description: 'A cursor: the page after it.' },
  before: { kind: 'text', description: 'A cursor: the page before it.' },
  include: { kind: 'words', description: 'Further parts of each task to include.', values: TASK_PARTS },
} as const satisfies QueryParameters;

export const INCLUDE_QUERY = {
  include: { kind: 'words', description: 'Further parts to include.', values: TASK_PARTS },
} as const satisfies QueryParameters;

export type TaskListQuery = QueryOf<typeof TASK_LIST_QUERY>;

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
