import type { TaskScope } from '../workflow/task.scope.js';
import type { TaskerUser } from './authenticator.contract.js';
import type { Permission } from './permissions.js';

/** What a permission is asked for. */
export interface AuthorizedResource {
  /** Id of the task or step that the request names, or null when it names none. */
  readonly id: string | null;
}

/**
 * Decides what a user may do. Provide one in any module of the host:
 *
 *     { provide: TASKER_AUTHORIZATION_COORDINATOR, useClass: OrderCoordinator }
 *
 * Without one, every user that an authenticator accepts may do everything.
 */
export interface AuthorizationCoordinator<User extends TaskerUser = TaskerUser> {
  /** @param user null when the host has no authenticator */
  may(user: User | null, permission: Permission, resource: AuthorizedResource): boolean | Promise<boolean>;

  /**
   * The tasks to which a permission is limited for this user, in addition to `may`. Null: every task.
   * @param user null when the host has no authenticator
   * @default every task
   */
  scope?(user: User | null, permission: Permission): TaskScope | null | Promise<TaskScope | null>;
}

/** Injection token of the host's `AuthorizationCoordinator`; the same in every copy of this package. */
export const TASKER_AUTHORIZATION_COORDINATOR = Symbol.for('nestjs-tasker.TASKER_AUTHORIZATION_COORDINATOR');
