import { CHANGE_EVENTS } from '../../live/change.js';
import type { QueryParameter } from './operation.js';

export const TASK_EVENT_QUERY: Readonly<Record<string, QueryParameter>> = {
  events: { kind: 'words', description: 'Only these.', values: CHANGE_EVENTS },
  steps: { kind: 'texts', description: 'Only those of steps with these names; one each time.' },
  after: { kind: 'text', description: 'A position to go on from, for those who cannot send `Last-Event-ID`.' },
};

export const EVENT_QUERY: Readonly<Record<string, QueryParameter>> = {
  taskIds: { kind: 'words', description: 'Only those of these tasks, at most 100.' },
  namespace: { kind: 'text', description: 'The namespace of the task template.' },
  name: { kind: 'text', description: 'The name of the task template.' },
  version: { kind: 'text', description: 'The version of the task template.' },
  ...TASK_EVENT_QUERY,
};
