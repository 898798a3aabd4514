import { ALIASES, isReading, PERMISSIONS, type Permission, type Resource } from './permissions.js';

/** A permission, all permissions of a resource, such as `tasker.task:*`, or all permissions. */
export type PermissionPattern = Permission | `${Resource}:*` | '*';

/** A role: what its users may do, and with which tasks. */
export interface RoleDefinition {
  /** @default none */
  readonly permissions?: readonly PermissionPattern[];
  /** Other roles whose permissions the role has as well. @default none */
  readonly includes?: readonly string[];
  /** The namespaces in which the role counts, also for what it includes. Null: in all. @default null */
  readonly namespaces?: readonly string[] | null;
}

/** Roles by name. */
export type RoleDefinitions = Readonly<Record<string, RoleDefinition>>;

/** The namespaces in which a permission is granted; null: in all. */
export type GrantedNamespaces = ReadonlySet<string> | null;

/** The permissions that a role grants. */
export type RoleGrants = ReadonlyMap<Permission, GrantedNamespaces>;

/** Everything can be read but webhooks, as the URL of one may be a secret, and API tokens. */
const VISIBLE = /^tasker\.(?:task|workflow_step|handler|health_status|analytics):/;
/** What operators do to tasks and steps. */
const OPERATING = /^tasker\.(?:task|workflow_step):(?:create|update|retry|cancel)$/;

/** The roles that every application has. */
export const BUILT_IN_ROLES = {
  viewer: { permissions: PERMISSIONS.filter((permission) => isReading(permission) && VISIBLE.test(permission)) },
  operator: { permissions: PERMISSIONS.filter((permission) => OPERATING.test(permission)), includes: ['viewer'] },
  admin: { permissions: ['*'] },
} as const satisfies RoleDefinitions;

/** All permissions that a pattern stands for; none if there is no such permission. */
export function permissionsOf(pattern: string): readonly Permission[] {
  return PERMISSIONS.filter((permission) => {
    const [resource] = permission.split(':');
    return pattern === '*' || pattern === permission || pattern === `${resource}:*`;
  });
}

/** The permissions of each role, with those of the roles that it includes. The definitions must have been checked. */
export function grantsOf(definitions: RoleDefinitions): ReadonlyMap<string, RoleGrants> {
  const known = new Map<string, RoleGrants>();
  const of = (name: string): RoleGrants => {
    const grants = known.get(name) ?? grantsIn(definitions[name]!, of);
    known.set(name, grants);
    return grants;
  };
  for (const name of Object.keys(definitions)) of(name);
  return known;
}

function grantsIn(
  { permissions = [], includes = [], namespaces = null }: RoleDefinition,
  of: (name: string) => RoleGrants,
): RoleGrants {
  const own = new Map(
    permissions
      .flatMap(permissionsOf)
      .flatMap(withAlias)
      .map((one) => [one, null] as const),
  );
  return limited(united([own, ...includes.map(of)]), namespaces && new Set(namespaces));
}

/** Who has one of two names of a permission has both. */
function withAlias(permission: Permission): readonly Permission[] {
  const pair = Object.entries(ALIASES).find((names) => names.includes(permission));
  return (pair as [Permission, Permission] | undefined) ?? [permission];
}

/** What any of them grants. */
export function united(all: readonly RoleGrants[]): RoleGrants {
  const grants = new Map<Permission, GrantedNamespaces>();
  for (const [permission, namespaces] of all.flatMap((each) => [...each])) {
    const before = grants.get(permission);
    const isFirst = before === undefined;
    grants.set(permission, isFirst ? namespaces : before && namespaces && new Set([...before, ...namespaces]));
  }
  return grants;
}

/** What is granted, in these namespaces only; null: in all. */
export function limited(grants: RoleGrants, to: GrantedNamespaces): RoleGrants {
  if (to === null) return grants;
  return new Map(
    [...grants].map(([permission, namespaces]) => [
      permission,
      namespaces === null ? to : new Set([...namespaces].filter((each) => to.has(each))),
    ]),
  );
}
