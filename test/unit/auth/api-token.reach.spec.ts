import { describe, expect, it } from '@jest/globals';
import { reachOf } from '../../../lib/auth/tokens/api-token.reach.js';
import type { TaskerUser } from '../../../lib/workflow/access/authenticator.contract.js';
import type { TaskScope } from '../../../lib/workflow/task.scope.js';

const user = (more: object): TaskerUser => ({ id: 'ann', ...more });

describe('the tokens within reach of a user', () => {
  it.each<[string, TaskerUser | null, readonly string[] | null]>([
    ['nobody', null, null],
    ['a user without roles', user({}), null],
    ['a user with roles', user({ roles: ['viewer'] }), ['viewer']],
    ['a user with an empty list of roles', user({ roles: [] }), []],
    ['an administrator', user({ roles: ['viewer', 'admin'] }), null],
    ['a user whose role is like that of an administrator', user({ roles: ['administrator'] }), ['administrator']],
    ['a user of JavaScript whose role is no list', user({ roles: 'admin' }), []],
    ['a user of JavaScript whose roles are objects', user({ roles: [{ name: 'admin' }] }), []],
  ])('have the roles of %s', (_, who, roles) => {
    expect(reachOf(who, null, []).roles).toEqual(roles);
  });

  it('have the default roles of users without any, if there are some', () => {
    expect(reachOf(user({}), null, ['viewer']).roles).toEqual(['viewer']);
    expect(reachOf(user({ roles: [] }), null, ['viewer']).roles).toEqual([]);
    expect(reachOf(user({ roles: ['operator'] }), null, ['admin']).roles).toEqual(['operator']);
    expect(reachOf(user({}), null, ['viewer', 'admin']).roles).toBeNull();
    expect(reachOf(null, null, ['viewer']).roles).toBeNull();
  });

  it.each<[string, TaskerUser | null, TaskScope | null, readonly string[] | null]>([
    ['nobody', null, null, null],
    ['a user without limits', user({ namespaces: null }), null, null],
    ['a user with namespaces', user({ namespaces: ['a'] }), null, ['a']],
    ['a user without a namespace', user({ namespaces: [] }), null, []],
    ['a scope', user({}), { namespaces: ['a', 'b'] }, ['a', 'b']],
    ['a scope of one namespace', user({}), { namespace: 'a' }, ['a']],
    ['a scope of one among several', user({}), { namespaces: ['a', 'b'], namespace: 'b' }, ['b']],
    ['a scope of every task', user({}), {}, null],
    ['a user within a scope', user({ namespaces: ['b', 'c'] }), { namespaces: ['a', 'b'] }, ['b']],
    ['a user outside of a scope', user({ namespaces: ['c'] }), { namespaces: ['a'] }, []],
    ['a scope with other conditions', user({}), { namespaces: ['a'], tags: ['x'] }, []],
    ['a scope without namespaces', user({}), { initiator: 'ann' }, []],
  ])('have the namespaces of %s', (_, who, scope, namespaces) => {
    expect(reachOf(who, scope, []).namespaces).toEqual(namespaces);
  });
});
