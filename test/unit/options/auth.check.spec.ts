import { describe, expect, it } from '@jest/globals';
import { authProblems } from '../../../lib/options/auth.check.js';
import type { AuthOption } from '../../../lib/options/auth.options.js';

const ROLE = 'auth.roles["clerk"]';

/** Also what the types forbid: options may come from JavaScript. */
const problemsOf = (auth: unknown): readonly string[] => authProblems(auth as AuthOption);

class ProvidedUsers {
  authenticate(): null {
    return null;
  }
}

describe('the option auth', () => {
  it.each<[string, AuthOption | undefined]>([
    ['nothing', undefined],
    ['none', 'none'],
    ['an instance and a class', { authenticators: [new ProvidedUsers(), ProvidedUsers] }],
    ['a coordinator', { coordinator: { may: () => true } }],
    [
      'roles that include others',
      { roles: { boss: { includes: ['clerk', 'admin'] }, clerk: { permissions: ['*', 'tasker.task:*'] } } },
    ],
    ['roles in namespaces', { roles: { 'CN=Ops,DC=shop': { includes: ['operator'], namespaces: ['shop'] } } }],
    ['roles in all namespaces', { roles: { clerk: { namespaces: null } } }],
    ['roles in none', { roles: { clerk: { namespaces: [] } } }],
    ['default roles', { roles: { clerk: {} }, defaultRoles: ['viewer', 'clerk'] }],
    ['no open routes', { open: [] }],
    ['open routes', { open: ['readiness', 'status', 'analytics', 'openapi', 'dashboard'] }],
  ])('may be %s', (_, auth) => {
    expect(problemsOf(auth)).toEqual([]);
  });

  it.each<[unknown, string]>([
    ['open', "auth must be 'none' or an object"],
    [null, "auth must be 'none' or an object"],
    [[], "auth must be 'none' or an object"],
    [
      { authenticator: [] },
      'auth.authenticator is not a known option; known: authenticators, coordinator, roles, defaultRoles, open. Did you mean "authenticators"?',
    ],
    [{ authenticators: [] }, 'auth.authenticators must be a list of at least one authenticator'],
    [{ authenticators: ProvidedUsers }, 'auth.authenticators must be a list of at least one authenticator'],
    [
      { authenticators: [ProvidedUsers, {}] },
      'auth.authenticators[1] must be the class of a provider, or an object with a method authenticate()',
    ],
    [{ coordinator: 'mine' }, 'auth.coordinator must be the class of a provider, or an object with a method may()'],
    [{ roles: [] }, 'auth.roles must be an object'],
    [{ roles: { '': {} } }, 'auth.roles[""]: the name of a role must have 1 to 128 characters'],
    [{ roles: { viewer: {} } }, 'auth.roles["viewer"] is built in, and cannot be changed; choose another name'],
    [{ roles: { clerk: ['tasker.task:show'] } }, `${ROLE} must be an object`],
    [{ roles: { clerk: { may: [] } } }, `${ROLE}.may is not a known field; known: permissions, includes, namespaces`],
    [{ roles: { clerk: { permissions: 'tasker.task:show' } } }, `${ROLE}.permissions must be a list of strings`],
    [{ roles: { clerk: { permissions: [7] } } }, `${ROLE}.permissions[0] must be a string`],
    [
      { roles: { clerk: { includes: ['viewr'] } } },
      `${ROLE}.includes[0]: unknown role "viewr"; known: viewer, operator, admin, clerk. Did you mean "viewer"?`,
    ],
    [{ roles: { clerk: { includes: ['clerk'] } } }, `${ROLE}.includes leads back to the role itself`],
    [{ roles: { clerk: { namespaces: 'shop' } } }, `${ROLE}.namespaces must be a list of strings`],
    [
      { defaultRoles: ['viewer', 'guest'] },
      'auth.defaultRoles[1]: unknown role "guest"; known: viewer, operator, admin',
    ],
    [{ open: ['health'] }, 'auth.open must be a list of some of readiness, status, analytics, openapi, dashboard'],
    [{ open: 'status' }, 'auth.open must be a list of some of readiness, status, analytics, openapi, dashboard'],
  ])('cannot be %j', (auth, problem) => {
    expect(problemsOf(auth)).toEqual([problem]);
  });

  it('names a permission that nobody knows, with the one that was meant', () => {
    const [problem] = problemsOf({ roles: { clerk: { permissions: ['tasker.tasks:show'] } } });
    expect(problem).toMatch(
      /^auth\.roles\["clerk"\]\.permissions\[0\]: unknown permission "tasker\.tasks:show"; known: .*Did you mean "tasker\.task:show"\?$/,
    );
  });

  it('names each role of a circle', () => {
    const roles = { a: { includes: ['b'] }, b: { includes: ['c'] }, c: { includes: ['a'] }, d: { includes: ['a'] } };
    expect(problemsOf({ roles }).map((each) => /\["(.)"\]/.exec(each)![1])).toEqual(['a', 'b', 'c']);
  });

  it('has every problem listed', () => {
    expect(
      problemsOf({ open: 1, roles: { viewer: {}, clerk: { includes: ['x'], namespaces: 1 } }, defaultRoles: 1 }),
    ).toHaveLength(5);
  });
});
