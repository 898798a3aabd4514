import type { TaskerUser } from '../workflow/access/authenticator.contract.js';
import type { TaskScope } from '../workflow/task.scope.js';

/**
 * The namespaces of which a user may see what is not a task, within the scope of the permission; null for all. With other
 * conditions in the scope, which only tasks can meet, there are none.
 */
export function visibleNamespaces(user: TaskerUser | null, scope: TaskScope | null): readonly string[] | null {
  const { namespaces } = (user ?? {}) as { readonly namespaces?: unknown };
  return common(listOf(namespaces), namespacesOf(scope));
}

/** Null for no limit. A value of another type, which only JavaScript can give, is a limit to nothing. */
export function listOf(value: unknown): readonly string[] | null {
  if (value === undefined || value === null) return null;
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function namespacesOf(scope: TaskScope | null): readonly string[] | null {
  const { namespaces = null, namespace, ...others } = scope ?? {};
  const one = namespace === undefined ? null : [namespace];
  return Object.keys(others).length > 0 ? [] : common(namespaces, one);
}

function common(one: readonly string[] | null, other: readonly string[] | null): readonly string[] | null {
  return one && other ? one.filter((each) => other.includes(each)) : (one ?? other);
}
