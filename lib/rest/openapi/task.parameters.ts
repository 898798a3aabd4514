import { TASK_LIST_PARAMETERS } from '../task-list.query.js';
import { TASK_SORTS } from '../../insight/task.list.js';
import { TASK_PARTS } from '../../insight/task.parts.js';
import { PAGE_BOUNDS } from '../../workflow/list.bounds.js';
import { TASK_STATES } from '../../workflow/states.js';
import type { QueryParameter } from './operation.js';

const DESCRIPTIONS: Readonly<Record<keyof typeof TASK_LIST_PARAMETERS, string>> = {
  ids: 'These tasks, at most 1,000.',
  namespace: 'The namespace of the task template.',
  name: 'The name of the task template.',
  version: 'The version of the task template.',
  states: 'Tasks in any of these states.',
  tags: 'Tasks that have all of these tags; one each time.',
  anyTags: 'Tasks that have one of these tags at least; one each time.',
  initiator: 'The person or program that started the tasks.',
  sourceSystem: 'The system from which the tasks were started.',
  identityHash: 'The task that stands for equal requests.',
  annotationType: 'Tasks with an annotation of this type.',
  annotationKey: 'Tasks with an annotation that has this field.',
  annotationValue: 'The value of that field of the annotation.',
  contextPath: 'An SQL/JSON path that finds something in the context, such as `$.order ? (@.total > 100)`.',
  text: 'Part of the name, the reason, the initiator, the source system or a tag.',
  createdAfter: 'An instant, ISO 8601 with a time zone.',
  createdBefore: 'An instant, ISO 8601 with a time zone.',
  updatedAfter: 'An instant, of the latest change of the task itself.',
  updatedBefore: 'An instant, of the latest change of the task itself.',
  sort: 'A field to sort by, with a minus the highest first; `-createdAt` unless said otherwise.',
  limit: 'Tasks on a page.',
  after: 'A cursor: the page after it.',
  before: 'A cursor: the page before it.',
  include: 'Further parts of each task to include.',
};

const INSTANT = { format: 'date-time' } as const;

/** Restrictions on the values of parameters. */
const VALUES: Readonly<Partial<Record<keyof typeof TASK_LIST_PARAMETERS, Partial<QueryParameter>>>> = {
  states: { values: TASK_STATES },
  include: { values: TASK_PARTS },
  sort: { values: TASK_SORTS },
  limit: { bounds: PAGE_BOUNDS },
  createdAfter: INSTANT,
  createdBefore: INSTANT,
  updatedAfter: INSTANT,
  updatedBefore: INSTANT,
};

/** All of a list of tasks, as they are described. */
export const LIST_QUERY: Readonly<Record<string, QueryParameter>> = Object.fromEntries(
  Object.entries(TASK_LIST_PARAMETERS).map(([name, kind]) => {
    const key = name as keyof typeof TASK_LIST_PARAMETERS;
    return [name, { kind, description: DESCRIPTIONS[key], ...VALUES[key] }];
  }),
);

export const INCLUDE_QUERY: Readonly<Record<string, QueryParameter>> = {
  include: { kind: 'words', description: 'Further parts to include.', values: TASK_PARTS },
};
