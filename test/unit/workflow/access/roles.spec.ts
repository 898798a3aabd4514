import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PERMISSIONS, type Permission } from '../../../../lib/workflow/access/permissions.js';
import {
  BUILT_IN_ROLES,
  grantsOf,
  limited,
  permissionsOf,
  united,
  type PermissionPattern,
  type RoleDefinition,
  type RoleDefinitions,
  type RoleGrants,
} from '../../../../lib/workflow/access/roles.js';

const builtIn = grantsOf(BUILT_IN_ROLES);
const granted = (role: string): readonly Permission[] => [...builtIn.get(role)!.keys()].sort();

describe('built-in roles', () => {
  it('let a viewer read everything but webhooks, and change nothing', () => {
    expect(granted('viewer')).toEqual([
      'tasker.analytics:index',
      'tasker.handler:index',
      'tasker.handler:show',
      'tasker.health_status:index',
      'tasker.task:index',
      'tasker.task:read_annotations',
      'tasker.task:read_context',
      'tasker.task:read_transitions',
      'tasker.task:show',
      'tasker.workflow_step:index',
      'tasker.workflow_step:read_error',
      'tasker.workflow_step:read_results',
      'tasker.workflow_step:show',
    ]);
  });

  it('let an operator also start, change, retry and cancel, but neither send data elsewhere nor act for others', () => {
    expect(granted('operator').filter((each) => !granted('viewer').includes(each))).toEqual([
      'tasker.task:cancel',
      'tasker.task:create',
      'tasker.task:destroy', // the former name of cancel
      'tasker.task:retry',
      'tasker.task:update',
      'tasker.workflow_step:cancel',
      'tasker.workflow_step:destroy',
      'tasker.workflow_step:retry',
      'tasker.workflow_step:update',
    ]);
  });

  it('let an admin do everything', () => {
    expect(granted('admin')).toEqual([...PERMISSIONS].sort());
  });

  it('count in every namespace', () => {
    expect([...builtIn.values()].flatMap((grants) => [...grants.values()]).filter((each) => each !== null)).toEqual([]);
  });
});

describe('a pattern', () => {
  it.each([
    ['*', PERMISSIONS],
    ['tasker.webhook:*', PERMISSIONS.filter((each) => each.startsWith('tasker.webhook:'))],
    ['tasker.task:show', ['tasker.task:show']],
    ['tasker.task', []],
    ['tasker.task:', []],
    ['tasker.*:index', []],
    ['', []],
    ['tasker.task:fly', []],
  ])('%j stands for permissions that exist', (pattern, permissions) => {
    expect(permissionsOf(pattern)).toEqual(permissions);
  });
});

const NAMESPACES = ['shop', 'office', 'yard'];
const NAMES = ['a', 'b', 'c', 'd', 'e'];
const namespacesIn = fc.option(fc.subarray(NAMESPACES), { nil: null });
const patterns = fc.subarray<PermissionPattern>([
  'tasker.task:show',
  'tasker.task:destroy',
  'tasker.webhook:*',
  'tasker.analytics:index',
]);
/** Each role may include those before it, so that none includes itself. */
const definitions: fc.Arbitrary<RoleDefinitions> = fc
  .tuple(
    ...NAMES.map((_, index) =>
      fc.record({ permissions: patterns, includes: fc.subarray(NAMES.slice(0, index)), namespaces: namespacesIn }),
    ),
  )
  .map((roles) => Object.fromEntries(roles.map((role, index) => [NAMES[index]!, role])));

describe('the grants of roles', () => {
  /** Followed along each inclusion, for one namespace at a time. */
  const may = (roles: RoleDefinitions, name: string, permission: Permission, namespace: string): boolean => {
    const { permissions = [], includes = [], namespaces = null }: RoleDefinition = roles[name]!;
    if (namespaces !== null && !namespaces.includes(namespace)) return false;
    const names = /^(.*):(?:cancel|destroy)$/.exec(permission);
    const alike = names ? [`${names[1]}:cancel`, `${names[1]}:destroy`] : [permission];
    const own = permissions.flatMap(permissionsOf).some((each) => alike.includes(each));
    return own || includes.some((each) => may(roles, each, permission, namespace));
  };
  const grants = (all: RoleGrants, permission: Permission, namespace: string): boolean => {
    const namespaces = all.get(permission);
    return namespaces === null || (namespaces?.has(namespace) ?? false);
  };
  const permission = fc.constantFrom(...PERMISSIONS);
  const namespace = fc.constantFrom(...NAMESPACES, 'elsewhere');

  it('are what each role says, and what the roles that it includes say, in its namespaces', () => {
    fc.assert(
      fc.property(definitions, fc.constantFrom(...NAMES), permission, namespace, (roles, name, asked, where) => {
        expect(grants(grantsOf(roles).get(name)!, asked, where)).toBe(may(roles, name, asked, where));
      }),
    );
  });

  it('of several roles are those of any, within the namespaces of the user', () => {
    fc.assert(
      fc.property(
        definitions,
        fc.subarray(NAMES),
        namespacesIn,
        permission,
        namespace,
        (roles, names, to, asked, where) => {
          const all = limited(united(names.map((name) => grantsOf(roles).get(name)!)), to && new Set(to));
          const isIn = to === null || to.includes(where);
          expect(grants(all, asked, where)).toBe(isIn && names.some((name) => may(roles, name, asked, where)));
        },
      ),
    );
  });
});
