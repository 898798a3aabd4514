import type { JsonObject, JsonValue } from './json.js';
import type { TaskFilter } from './task.filter.js';

/** A task template, in one version or in all of them. */
export interface ScopedTemplate {
  readonly namespace: string;
  readonly name: string;
  /** @default all versions */
  readonly version?: string;
}

/**
 * Selects the tasks that a user may know about. `{}` selects every task, `{ namespaces: [] }` none. A task out of scope does not
 * exist for the user: it is not found, listed, counted, changed or reported.
 *
 * @example
 * ```ts
 * { namespaces: ['shop', 'warehouse'], tags: [`tenant:${user.tenant}`] }
 * ```
 */
export interface TaskScope extends TaskFilter {
  /** Selects tasks of these namespaces. @default all namespaces */
  readonly namespaces?: readonly string[];
  /** Selects tasks of these templates. @default all templates */
  readonly templates?: readonly ScopedTemplate[];
}

/** The conditions of a scope that depend only on the template of a task; all others depend on the task itself. */
export const TEMPLATE_SCOPES = ['namespaces', 'templates', 'namespace', 'name', 'version'] as const;

/** Whether all conditions of the scope depend only on the template of a task. */
export function isOfTemplatesOnly(scope: TaskScope): boolean {
  return Object.keys(scope).every((field) => (TEMPLATE_SCOPES as readonly string[]).includes(field));
}

/** Whether tasks of the template may be in the scope. Conditions on the task itself are ignored. */
export function hasTemplate(scope: TaskScope | null, template: Required<ScopedTemplate>): boolean {
  if (scope === null) return true;
  const { namespaces, templates, namespace, name, version } = scope;
  return (
    (namespaces === undefined || namespaces.includes(template.namespace)) &&
    (templates === undefined || templates.some((each) => isAmong(each, template))) &&
    isAmong({ namespace, name, version }, template)
  );
}

/** The scope as JSON in which the order of fields and items does not matter. */
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

/**
 * Whether every task in the scope is in `outer` too, because the scope has all conditions of `outer`, and perhaps more.
 */
export function isWithin(scope: TaskScope | null, outer: TaskScope | null): boolean {
  if (outer === null) return true;
  const asked = Object.entries(outer) as [keyof TaskScope, unknown][];
  return asked.every(([field, value]) => scope !== null && JSON.stringify(scope[field]) === JSON.stringify(value));
}
