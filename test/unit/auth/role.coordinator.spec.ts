import { describe, expect, it } from '@jest/globals';
import { RoleCoordinator } from '../../../lib/auth/roles/role.coordinator.js';
import type { TaskerUser } from '../../../lib/workflow/access/authenticator.contract.js';

const coordinator = new RoleCoordinator({
  roles: {
    payer: { includes: ['operator'], namespaces: ['payments', 'billing'] },
    watcher: { permissions: ['tasker.task:index'], namespaces: ['shop'] },
  },
  defaultRoles: ['watcher'],
});

const withRoles = (...roles: readonly string[]): TaskerUser => ({ id: 'ann', roles });

describe('the default coordinator', () => {
  it('lets a user do what the roles say, everywhere', () => {
    const viewer = withRoles('viewer');
    expect(coordinator.may(viewer, 'tasker.task:show')).toBe(true);
    expect(coordinator.may(viewer, 'tasker.task:cancel')).toBe(false);
    expect(coordinator.scope(viewer, 'tasker.task:show')).toBeNull();
  });

  it('limits each permission to the namespaces of the roles that grant it', () => {
    const user = withRoles('viewer', 'payer');
    expect(coordinator.scope(user, 'tasker.task:index')).toBeNull();
    expect(coordinator.scope(user, 'tasker.task:cancel')).toEqual({ namespaces: ['billing', 'payments'] });
    expect(coordinator.scope(withRoles('watcher', 'payer'), 'tasker.task:index')).toEqual({
      namespaces: ['billing', 'payments', 'shop'],
    });
  });

  it('limits a user to the namespaces of the user', () => {
    const user = { ...withRoles('viewer', 'payer'), namespaces: ['payments', 'office'] };
    expect(coordinator.scope(user, 'tasker.task:index')).toEqual({ namespaces: ['office', 'payments'] });
    expect(coordinator.scope(user, 'tasker.task:cancel')).toEqual({ namespaces: ['payments'] });
    expect(coordinator.scope({ ...user, namespaces: [] }, 'tasker.task:index')).toEqual({ namespaces: [] });
    expect(coordinator.scope({ ...user, namespaces: null }, 'tasker.task:index')).toBeNull();
  });

  it('gives the default roles to users whose authenticator names none, and to no others', () => {
    expect(coordinator.may({ id: 'bob' }, 'tasker.task:index')).toBe(true);
    expect(coordinator.may(withRoles(), 'tasker.task:index')).toBe(false);
    expect(coordinator.may({ id: 'bob' }, 'tasker.task:show')).toBe(false);
  });

  it('lets nobody do anything without a user, or by roles that it does not know', () => {
    expect(coordinator.may(null, 'tasker.task:index')).toBe(false);
    expect(coordinator.scope(null, 'tasker.task:index')).toEqual({ namespaces: [] });
    expect(coordinator.may(withRoles('superadmin', 'constructor', '__proto__'), 'tasker.task:index')).toBe(false);
  });

  it.each([
    ['roles', 'admin'],
    ['roles', [{ name: 'admin' }]],
    ['namespaces', 'shop'],
    ['namespaces', [1]],
  ])('refuses a user whose %s are %j, rather than guess', (field, value) => {
    const user = { ...withRoles('admin'), [field]: value };
    expect(() => coordinator.may(user, 'tasker.task:index')).toThrow(`its ${field} must be a list of strings`);
    expect(() => coordinator.scope(user, 'tasker.task:index')).toThrow(`its ${field} must be a list of strings`);
  });

  it('keeps the users of requests apart', () => {
    const viewers = Array.from({ length: 50 }, (_, at) => ({ ...withRoles('viewer'), namespaces: [`ns ${at}`] }));
    for (const user of [...viewers, ...viewers])
      expect(coordinator.scope(user, 'tasker.task:show')).toEqual({ namespaces: user.namespaces });
  });
});
