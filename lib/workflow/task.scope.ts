import type { JsonObject, JsonValue } from './json.js';
import type { TaskFilter } from './task.filter.js';

/** A task template, in one version or in all of them. */
export interface ScopedTemplate {
  readonly namespace: string;
  readonly name: string;
  /** @default every version */
  readonly version?: string;
}

/**
 * Selects the tasks that a user may know about. `{}` is every task, `{ namespaces: [] }` is none. A task out of scope does not
 * exist for the user: it is not found, listed, counted, changed, or reported.
 *
 * @example
 * ```ts
 * { namespaces: ['shop', 'warehouse'], tags: [`tenant:${user.tenant}`] }
 * ```
 */
export interface TaskScope extends TaskFilter {
  /** One of these. @default every namespace */
  readonly namespaces?: readonly string[];
  /** One of these. @default every template */
  readonly templates?: readonly ScopedTemplate[];
}

/** The parts of a scope that the template of a task answers; all others are asked of the task itself. */
export const TEMPLATE_SCOPES = ['namespaces', 'templates', 'namespace', 'name', 'version'] as const;

/** Whether the template of a task answers everything that the scope asks. */
export function isOfTemplatesOnly(scope: TaskScope): boolean {
  return Object.keys(scope).every((field) => (TEMPLATE_SCOPES as readonly string[]).includes(field));
}

/** Whether the scope has a template, as far as it is about templates: one that asks only about tasks has all of them. */
export function hasTemplate(scope: TaskScope | null, template: Required<ScopedTemplate>): boolean {
  if (scope === null) return true;
  const { namespaces, templates, namespace, name, version } = scope;
  return (
    (namespaces === undefined || namespaces.includes(template.namespace)) &&
    (templates === undefined || templates.some((each) => isAmong(each, template))) &&
    isAmong({ namespace, name, version }, template)
  );
}

/** As JSON that is the same for scopes that say the same in another order. */
export function canonicalScope(scope: TaskScope): JsonObject {
  const fields = Object.entries(JSON.parse(JSON.stringify(scope)) as JsonObject);
  return Object.fromEntries(fields.map(([field, value]) => [field, Array.isArray(value) ? inOrder(value) : value]));
}

const inOrder = (list: readonly JsonValue[]): JsonValue[] =>
  list
    .map((value) => JSON.stringify(value))
    .sort()
    .map((text) => JSON.parse(text) as JsonValue);

function isAmong(
  asked: Partial<Record<keyof ScopedTemplate, string | undefined>>,
  template: Required<ScopedTemplate>,
): boolean {
  const { namespace, name, version } = asked;
  return (
    (namespace === undefined || namespace === template.namespace) &&
    (name === undefined || name === template.name) &&
    (version === undefined || version === template.version)
  );
}

/** Whether every task in the one scope is in the other as well, because it asks for the same and perhaps for more. */
export function isWithin(scope: TaskScope | null, outer: TaskScope | null): boolean {
  if (outer === null) return true;
  const asked = Object.entries(outer) as [keyof TaskScope, unknown][];
  return asked.every(([field, value]) => scope !== null && JSON.stringify(scope[field]) === JSON.stringify(value));
}
