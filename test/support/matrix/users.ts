import type { Provider } from '@nestjs/common';
import {
  PERMISSIONS,
  TASKER_AUTHENTICATOR,
  TASKER_AUTHORIZATION_COORDINATOR,
  type Permission,
  type TaskerUser,
  type TaskScope,
} from 'nestjs-tasker';
import { RoleCoordinator } from '../../../lib/auth/roles/role.coordinator.js';

/** A kind of user. */
export interface MatrixUser {
  readonly granted: readonly Permission[];
  /** Who decides is the default coordinator, by this role. */
  readonly role?: string;
  /** @default every task, for every permission */
  readonly scope?: (permission: Permission) => TaskScope | null;
}

/** A namespace in which there is nothing. */
export const NOWHERE: TaskScope = { namespaces: ['nowhere'] };

/** Each of the two counts for both. */
const ALIASES: readonly (readonly [Permission, Permission])[] = [
  ['tasker.task:cancel', 'tasker.task:destroy'],
  ['tasker.workflow_step:cancel', 'tasker.workflow_step:destroy'],
];

const readings = PERMISSIONS.filter((permission) => /:(?:index|show|read_\w+)$/.test(permission));
const actions = PERMISSIONS.filter((permission) => /:(?:update|retry|cancel|create)$/.test(permission));

export const READER: MatrixUser = { granted: readings };
export const OPERATOR: MatrixUser = { granted: [...readings, ...actions] };
export const ADMIN: MatrixUser = { granted: PERMISSIONS };

/** Of tasks, steps, templates and figures; the URL of a webhook may be a secret, and tokens let others in. */
const WORK = /^tasker\.(?:task|workflow_step|handler|health_status|analytics):/;
const ofWork = (permissions: readonly Permission[]): readonly Permission[] =>
  permissions.filter((permission) => WORK.test(permission));

/** The users of each built-in role. */
export const BY_ROLE: Readonly<Record<string, MatrixUser>> = {
  viewer: { role: 'viewer', granted: ofWork(readings) },
  operator: { role: 'operator', granted: ofWork([...readings, ...actions]) },
  admin: { role: 'admin', granted: PERMISSIONS },
};

export const only = (granted: readonly Permission[]): MatrixUser => ({ granted });
export const without = (permission: Permission): MatrixUser => {
  const names = ALIASES.find((pair) => pair.includes(permission)) ?? [permission];
  return { granted: PERMISSIONS.filter((each) => !names.includes(each)) };
};
/** Everything is granted, and of these permissions in a scope alone. */
export const scoped = (scope: TaskScope, ...permissions: readonly Permission[]): MatrixUser => ({
  granted: PERMISSIONS,
  scope: (permission) => (permissions.includes(permission) ? scope : null),
});

export function mayDo({ granted }: MatrixUser, permission: Permission): boolean {
  const names = ALIASES.find((pair) => pair.includes(permission)) ?? [permission];
  return names.some((name) => granted.includes(name));
}

/** Whether the user may see a part of a task of the shop. */
export function maySee(user: MatrixUser, permission: Permission): boolean {
  return mayDo(user, permission) && (user.scope?.(permission) ?? null) === null;
}

/** Knows users by the header `user`, and judges by what was granted to each. */
export class MatrixUsers {
  private readonly known = new Map<string, MatrixUser>();
  private readonly byRole = new RoleCoordinator({ roles: {}, defaultRoles: [] });

  readonly providers: readonly Provider[] = [
    {
      provide: TASKER_AUTHENTICATOR,
      useValue: {
        authenticate: ({ headers }: { headers: Readonly<Record<string, string | undefined>> }): TaskerUser | null =>
          headers.user ? { id: headers.user } : null,
      },
    },
    {
      provide: TASKER_AUTHORIZATION_COORDINATOR,
      useValue: {
        may: ({ id }: TaskerUser, permission: Permission): boolean => {
          const { role, granted } = this.known.get(id)!;
          return role === undefined ? granted.includes(permission) : this.byRole.may({ id, roles: [role] }, permission);
        },
        scope: ({ id }: TaskerUser, permission: Permission): TaskScope | null => {
          const { role, scope } = this.known.get(id)!;
          return role === undefined
            ? (scope?.(permission) ?? null)
            : this.byRole.scope({ id, roles: [role] }, permission);
        },
      },
    },
  ];

  /** The headers by which a user is known; null: nobody. */
  headersOf(user: MatrixUser | null): Readonly<Record<string, string>> {
    if (user === null) return {};
    const id = `user ${this.known.size}`;
    this.known.set(id, user);
    return { user: id };
  }
}
