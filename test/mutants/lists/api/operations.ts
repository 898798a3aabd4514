import type { MutantsOfFile } from '../../mutant.js';
import { accessDoors, accessScope, openApi, permissionMatrix, restActions, restMediaTypes } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/api/start.access.ts',
    tests: [accessDoors, accessScope],
    mutants: [
      {
        mistake: 'lets everybody start in the name of another',
        find: 'await access.require(MAY_NAME, subjectOfStart(start, MAY_NAME, grant));',
        replace: '',
      },
      {
        mistake: 'takes the keys of two users for one where a task is started',
        find: 'JSON.stringify([key.caller, key.key])',
        replace: 'JSON.stringify([key.key])',
        tests: [restActions],
      },
      {
        mistake: 'shares the idempotency keys of requests among all users',
        find: '...(user && { keyOwner: user.id }),',
        replace: '',
      },
      {
        mistake: 'lets a user start a task that only others see',
        find: 'if (!named.every((start) => isSeen(start, scope))) throw new ForbiddenError(permission);',
        replace: '',
      },
      {
        mistake: 'starts what is out of scope',
        find: '  return {\n    scope,',
        replace: '  return {\n    scope: null,',
      },
    ],
  },
  {
    file: 'lib/api/json.type.ts',
    tests: [restMediaTypes],
    mutants: [
      {
        mistake: 'takes a type that begins like JSON for JSON',
        find: String.raw`json\s*(?:;|$)/i`,
        replace: 'json/i',
      },
    ],
  },
  {
    file: 'lib/api/request.key.ts',
    tests: [restActions],
    mutants: [
      {
        mistake: 'takes the keys of two users for one',
        find: "caller: callerOf(request)?.id ?? ''",
        replace: "caller: ''",
      },
    ],
  },
  {
    file: 'lib/api/operation.ts',
    tests: [permissionMatrix],
    mutants: [
      {
        mistake: 'forgets the further permissions of an operation',
        find: '...(also ? [RequireAlso(also)] : []),',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/api/change.operations.ts',
    tests: [permissionMatrix, openApi],
    mutants: [
      {
        mistake: 'changes a task where it is to be cancelled',
        find: '...cancelTask,',
        replace: '...changeTask,',
      },
    ],
  },
];
