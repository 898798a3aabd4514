import type { MutantsOfFile } from '../../mutant.js';
import { permissionsOfUsers } from '../../specs.js';

/** The table of what users may do, which must never promise less than a user may do. */
export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/testing/permission.decisions.ts',
    tests: [permissionsOfUsers],
    mutants: [
      {
        mistake: 'asks the coordinator in another way than requests do',
        find: 'if (await access.allows(permission, subject)) granted.push(name);',
        replace: 'granted.push(name);',
      },
      {
        mistake: 'forgets the fields of the subjects',
        find: "{ ...emptySubject(permission, 'rest', null), ...fields }",
        replace: "emptySubject(permission, 'rest', null)",
      },
      {
        mistake: 'calls a permission for some subjects one for all',
        find: 'if (scope === null && areAll)',
        replace: 'if (scope === null)',
      },
      {
        mistake: 'calls a permission for some tasks one for all',
        find: 'if (scope === null && areAll)',
        replace: 'if (areAll)',
      },
      {
        mistake: 'takes a failure for a refusal',
        find: "return { access: 'error', error: error instanceof Error ? error.message : String(error) };",
        replace: "return { access: 'none' };",
      },
      {
        mistake: 'accepts invalid roles',
        find: 'if (problems.length > 0) throw new InvalidOptionsError',
        replace: 'if (false) throw new InvalidOptionsError',
      },
      {
        mistake: 'asks the roles although the option names a coordinator',
        find: '(coordinator as AuthorizationCoordinator | null | undefined) ?? new',
        replace: 'new',
      },
    ],
  },
  {
    file: 'lib/testing/permission.matrix.ts',
    tests: [permissionsOfUsers],
    mutants: [
      {
        mistake: 'says of a misspelt user that the user may do nothing',
        find: 'if (!this.users.includes(user))',
        replace: 'if (false)',
      },
      {
        mistake: 'overlooks a permission that may hide behind an error',
        find: "if (answer.access === 'error')",
        replace: "if (answer.access === 'error' && user === '')",
      },
      {
        mistake: 'overlooks permissions for some tasks',
        find: "return answer.access !== 'none';",
        replace: "return answer.access === 'all';",
      },
      { mistake: 'breaks a row of Markdown at a bar', find: "cell.replaceAll('|', '\\\\|')", replace: 'cell' },
    ],
  },
  {
    file: 'lib/workflow/access/permissions.ts',
    tests: [permissionsOfUsers],
    mutants: [
      { mistake: 'takes the reading of contexts for a change', find: '|read_\\w+', replace: '' },
      { mistake: 'takes every change for reading', find: '(?:index|show|', replace: '(?:index|show|\\w+|' },
    ],
  },
];
