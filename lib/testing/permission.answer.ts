import type { TaskScope } from '../workflow/task.scope.js';

/**
 * The answer about one user and one permission.
 *
 * - `all`: the permission is granted for every subject and every task
 * - `limited`: it is granted for the tasks of `scope` (missing: all), and for `subjects` of the test (missing: all)
 * - `none`: it is refused
 * - `error`: requests that need it fail with this message
 */
export type PermissionAnswer =
  | { readonly access: 'all' | 'none' }
  | { readonly access: 'limited'; readonly scope?: TaskScope; readonly subjects?: readonly string[] }
  | { readonly access: 'error'; readonly error: string };

/** The answer as the cell of a table: `all`, `none`, `limited (own; namespaces: shop)`, `error (…)`. */
export function answerText(answer: PermissionAnswer): string {
  if (answer.access === 'error') return `error (${answer.error.replaceAll(/\s+/g, ' ')})`;
  if (answer.access !== 'limited') return answer.access;
  const { scope, subjects = [] } = answer;
  return `limited (${[...subjects, ...(scope ? conditionsOf(scope) : [])].join('; ')})`;
}

/** The conditions of a scope, each as text. An empty scope selects every task. */
function conditionsOf(scope: TaskScope): readonly string[] {
  const conditions = Object.entries(scope).map(([name, value]: [string, unknown]) => `${name}: ${valueText(value)}`);
  return conditions.length > 0 ? conditions : ['every task'];
}

function valueText(value: unknown): string {
  if (!Array.isArray(value)) return typeof value === 'string' ? value : JSON.stringify(value);
  return value.length === 0 ? 'none' : value.map(valueText).join(', ');
}
