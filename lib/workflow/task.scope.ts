import type { TaskFilter } from './task.filter.js';

/** A task template, in one version or all of them. */
export interface ScopedTemplate {
  readonly namespace: string;
  readonly name: string;
  /** @default every version */
  readonly version?: string;
}

/**
 * The tasks that a user may know about: those for which everything given holds. `{}` is every task, `{ namespaces: [] }` is none.
 * A task out of scope does not exist for the user: it is not found, listed, counted, changed, or reported.
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
