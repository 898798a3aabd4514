import type { MutantsOfFile } from '../../mutant.js';
import { restActions, restEvents } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/rest/idempotency.interceptor.ts',
    tests: [restActions],
    mutants: [
      {
        mistake: 'takes the same key and body on another path for the same request',
        find: 'JSON.stringify([request.method, url, request.body ?? null])',
        replace: 'JSON.stringify([request.method, request.body ?? null])',
      },
    ],
  },
  {
    file: 'lib/auth/caller.ts',
    tests: [restActions],
    mutants: [
      {
        mistake: 'takes the keys of two users for one',
        find: "caller: callerOf(request)?.id ?? ''",
        replace: "caller: ''",
      },
      {
        mistake: 'takes the keys of two users for one where a task is started',
        find: 'JSON.stringify([key.caller, key.key])',
        replace: 'JSON.stringify([key.key])',
      },
      {
        mistake: 'overrides the initiator that is named',
        find: '{ initiator: caller.id, ...task }',
        replace: '{ ...task, initiator: caller.id }',
      },
    ],
  },
  {
    file: 'lib/rest/events.controller.ts',
    tests: [restEvents],
    mutants: [
      {
        mistake: 'goes on from where the URL says, not the header',
        find: 'await this.tell({ ...(filter as ChangeFilter), taskIds: [id] }, lastEventId ?? after',
        replace: 'await this.tell({ ...(filter as ChangeFilter), taskIds: [id] }, after ?? lastEventId',
      },
    ],
  },
];
