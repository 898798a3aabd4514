import type { TaskerUser } from '../../workflow/access/authenticator.contract.js';
import type { AuthorizationCoordinator } from '../../workflow/access/authorization-coordinator.contract.js';
import type { Permission } from '../../workflow/access/permissions.js';
import {
  BUILT_IN_ROLES,
  grantsOf,
  limited,
  united,
  type RoleDefinitions,
  type RoleGrants,
} from '../../workflow/access/roles.js';
import type { TaskScope } from '../../workflow/task.scope.js';
import { InvalidUserError } from '../auth.errors.js';

interface RoleSettings {
  /** Roles in addition to the built-in ones. */
  readonly roles: RoleDefinitions;
  /** Those of users without `roles`. */
  readonly defaultRoles: readonly string[];
}

/**
 * Decides by the roles of the user, in the namespaces of the roles and of the user. It is used if the host has an
 * authenticator, but no coordinator. A user without roles may do nothing.
 */
export class RoleCoordinator implements AuthorizationCoordinator {
  private readonly roles: ReadonlyMap<string, RoleGrants>;
  /** Users are the same for all decisions of a request. */
  private readonly known = new WeakMap<TaskerUser, RoleGrants>();

  constructor(private readonly settings: RoleSettings) {
    this.roles = grantsOf({ ...settings.roles, ...BUILT_IN_ROLES });
  }

  /** @throws InvalidUserError */
  may(user: TaskerUser | null, permission: Permission): boolean {
    return this.grantsOf(user).has(permission);
  }

  /** @throws InvalidUserError */
  scope(user: TaskerUser | null, permission: Permission): TaskScope | null {
    const namespaces = this.grantsOf(user).get(permission);
    if (namespaces === null) return null;
    return { namespaces: [...(namespaces ?? [])].sort() };
  }

  private grantsOf(user: TaskerUser | null): RoleGrants {
    if (!user) return new Map();
    const grants = this.known.get(user) ?? this.grantsTo(user);
    this.known.set(user, grants);
    return grants;
  }

  /** Roles that are not known grant nothing: those of other applications may be among the groups of a user. */
  private grantsTo({ roles, namespaces }: TaskerUser): RoleGrants {
    const names = checked('roles', roles) ?? this.settings.defaultRoles;
    const limits = checked('namespaces', namespaces);
    const grants = united(names.flatMap((name) => this.roles.get(name) ?? []));
    return limited(grants, limits && new Set(limits));
  }
}

/** @throws InvalidUserError for anything else than a list of strings */
function checked(field: 'roles' | 'namespaces', list: readonly unknown[] | null | undefined): readonly string[] | null {
  if (list === null || list === undefined) return null;
  if (Array.isArray(list) && list.every((each) => typeof each === 'string')) return list;
  throw new InvalidUserError(`its ${field} must be a list of strings`);
}
