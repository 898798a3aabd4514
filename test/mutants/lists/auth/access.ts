import type { MutantsOfFile } from '../../mutant.js';
import {
  access,
  accessDoors,
  accessParts,
  accessScope,
  accessStreams,
  accessSubjects,
  askedOperation,
  authModule,
  graphqlAccess,
  ownAnswer,
  restActions,
  taskerGuard,
} from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/auth/access.decision.ts',
    tests: [access],
    mutants: [
      {
        mistake: 'refuses everybody where the host has no authenticator',
        find: 'if (!authenticator) return null;',
        replace: 'if (!authenticator) throw new UnauthenticatedError();',
      },
      {
        mistake: 'lets a user in whose credentials have expired',
        find: 'user.expiresAt.getTime() <= Date.now()',
        replace: 'user.expiresAt.getTime() <= 0',
      },
      {
        mistake: 'lets a user in that cannot be named',
        find: 'if (fault !== null) throw new InvalidUserError(fault);',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/auth/access.ts',
    tests: [access, accessSubjects],
    mutants: [
      {
        mistake: 'takes any answer of the coordinator but no for a yes',
        find: 'if (granted === true) return true;',
        replace: 'if (granted !== false) return true;',
      },
      {
        mistake: 'asks for the scope again for each field',
        find: 'return once(this.scopes, permission, async () => {',
        replace: 'return once(new Map<Permission, Promise<TaskScope | null>>(), permission, async () => {',
        tests: [accessScope],
      },
      {
        mistake: 'takes what is no scope for every task',
        find: '      checkScope(scope);\n      return scope;',
        replace: '      return scope as TaskScope | null;',
        tests: [accessScope],
      },
      {
        mistake: 'says that a task does not exist before it asks whether the user may know',
        find: 'await this.require(permission, withDetails(subject, found));',
        replace: 'if (found) await this.require(permission, withDetails(subject, found));',
      },
      {
        mistake: 'takes the decision about one task for all',
        find: 'JSON.stringify([permission, subject])',
        replace: 'JSON.stringify([permission, subject.kind])',
        tests: [graphqlAccess],
      },
    ],
  },
  {
    file: 'lib/auth/part.access.ts',
    tests: [accessParts],
    mutants: [
      {
        mistake: 'shows the steps of a task with their results to everybody who may see the task',
        find: 'if (!(list in shown) || (await mayRead(permission))) continue;',
        replace: 'continue;',
      },
      {
        mistake: 'does not say what was withheld of a task',
        find: '{ ...shown, withheld } : shown) as unknown as WithoutParts<Task>;',
        replace: 'shown : shown) as unknown as WithoutParts<Task>;',
      },
    ],
  },
  {
    file: 'lib/auth/filter.permissions.ts',
    tests: [accessDoors],
    mutants: [
      {
        mistake: 'lets an action tell what a list would',
        find: 'isAction && !isNaming',
        replace: 'false',
      },
      {
        mistake: 'asks who acts on tasks that are named for the permission of a list',
        find: 'isAction && !isNaming',
        replace: 'isAction',
      },
    ],
  },
  {
    file: 'lib/auth/asked.operation.ts',
    tests: [accessSubjects, askedOperation],
    mutants: [
      {
        mistake: 'lets a body say which task is meant',
        find: '...NOTHING, ...request.params',
        replace: '...request.params',
      },
      {
        mistake: 'asks about the first start of a batch only',
        find: 'asked.starts?.length ? asked.starts',
        replace: 'asked.starts?.length ? asked.starts.slice(0, 1)',
      },
      {
        mistake: 'asks nothing about an empty batch',
        find: 'asked.starts?.length ? asked.starts : [asked.values]',
        replace: 'asked.starts ?? [asked.values]',
        tests: [graphqlAccess],
      },
    ],
  },
  {
    file: 'lib/auth/permission.check.ts',
    tests: [taskerGuard],
    mutants: [
      {
        mistake: 'boots with an operation that declares a permission and is not guarded',
        find: '(!isOperation || guards.includes(TaskerGuard))',
        replace: 'true',
      },
      {
        mistake: 'lets an operation say that it needs no permission',
        find: 'return !isOperation && ',
        replace: 'return ',
      },
    ],
  },
  {
    file: 'lib/auth/tasker.guard.ts',
    tests: [accessSubjects],
    mutants: [
      {
        mistake: 'lets an operation go on although its task does not exist',
        find: `if (grant.missing && context.getType<string>() !== 'graphql') throw grant.missing;`,
        replace: '',
        tests: [taskerGuard],
      },
      {
        mistake: 'lets everybody call a method that names no permission',
        find: 'throw new MissingPermissionError([`${context.getClass().name}.${handler.name}`]);',
        replace: `return { asked: askedIn(context), permission: 'tasker.task:index', also: [] };`,
        tests: [taskerGuard],
      },
      {
        mistake: 'lets a stream go on although its task has left the scope',
        find: 'if (renewed.missing) throw renewed.missing;',
        replace: '',
        tests: [accessStreams],
      },
      {
        mistake: 'asks about the user of before, who may have no credentials any more',
        find: 'await this.decision.renewed(access, asked.request)',
        replace: 'await Promise.resolve(access.undecided)',
        tests: [accessStreams],
      },
    ],
  },
  {
    file: 'lib/auth/operation.decision.ts',
    tests: [accessDoors],
    mutants: [
      {
        mistake: 'lets a filter look further than the permission for it',
        find: 'if (!isWithin(scope, await access.scope(each))) throw new ForbiddenError(each);',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/auth/own.answer.ts',
    tests: [ownAnswer],
    mutants: [
      {
        mistake: 'lets an interceptor of the host make a success of an error',
        find: `if ('error' in ours) throw ours.error;`,
        replace: `if ('error' in ours) return changed;`,
      },
      {
        mistake: 'lets an interceptor of the host make another error of an error',
        find: `throw ours && 'error' in ours ? ours.error : error;`,
        replace: 'throw error;',
      },
      {
        mistake: 'answers nothing where a cache of the host answers',
        find: 'if (!ours) return changed;',
        replace: 'if (!ours) return undefined;',
      },
    ],
  },
  {
    file: 'lib/auth/auth.module.ts',
    tests: [authModule],
    mutants: [
      {
        mistake: 'restores an answer before the interceptors of the host change it',
        find: 'interceptors.unshift(answerRestorer)',
        replace: 'interceptors.push(answerRestorer)',
      },
      {
        mistake: 'overlooks interceptors that are made for each request',
        find: ' + this.config.getGlobalRequestInterceptors().length === 0',
        replace: ' === 0',
      },
    ],
  },
  {
    file: 'lib/auth/tasker-request.ts',
    tests: [ownAnswer],
    mutants: [
      {
        mistake: 'knows no route of ours where none is named',
        find: '(routes.length === 0 || routes.includes(route))',
        replace: 'routes.includes(route)',
      },
    ],
  },
  {
    file: 'lib/auth/caller.ts',
    tests: [restActions],
    mutants: [
      {
        mistake: 'refuses a user who says truly who acts',
        find: 'actor !== undefined && actor !== caller.id',
        replace: 'actor !== undefined',
      },
    ],
  },
];
