import type { Problem } from '../../workflow/tasker.error.js';
import type { TaskScope } from '../../workflow/task.scope.js';
import type { TaskerUser } from '../../workflow/access/authenticator.contract.js';
import { listOf, visibleNamespaces } from '../visible.namespaces.js';
import type { NewApiToken } from './api.token.js';

/** The tokens that a caller may know about, and that the caller may create. */
export interface ApiTokenReach {
  /** The roles that the caller may hand out; null for any. */
  readonly roles: readonly string[] | null;
  /** The namespaces to which tokens must be limited; null for none. Of an empty list, no token is within reach. */
  readonly namespaces: readonly string[] | null;
}

export const ALL_TOKENS: ApiTokenReach = { roles: null, namespaces: null };

/** A user with this role may hand out any role. */
const ADMIN = 'admin';

/**
 * The reach of a user, within the scope of the permission.
 * @param defaultRoles the roles of a user without `roles`; if there are none, something else decides about such users
 */
export function reachOf(
  user: TaskerUser | null,
  scope: TaskScope | null,
  defaultRoles: readonly string[],
): ApiTokenReach {
  const { roles } = (user ?? {}) as { readonly roles?: unknown };
  const own = listOf(roles) ?? (user && defaultRoles.length > 0 ? defaultRoles : null);
  return { roles: own?.includes(ADMIN) ? null : own, namespaces: visibleNamespaces(user, scope) };
}

/** The problems of a token that is not within reach. */
export function excessProblems({ roles = [], namespaces = null }: NewApiToken, reach: ApiTokenReach): Problem[] {
  const ofRoles = roles.flatMap((role, index) => (isAmong(role, reach.roles) ? [] : [`/roles/${index}`]));
  const ofNamespaces =
    namespaces === null
      ? [...(reach.namespaces === null ? [] : ['/namespaces'])]
      : namespaces.flatMap((name, index) => (isAmong(name, reach.namespaces) ? [] : [`/namespaces/${index}`]));
  return [
    ...ofRoles.map((pointer) => ({ pointer, message: 'is not a role of the user' })),
    ...ofNamespaces.map((pointer) => ({ pointer, message: 'must be limited to namespaces of the user' })),
  ];
}

const isAmong = (name: string, allowed: readonly string[] | null): boolean => allowed?.includes(name) ?? true;
