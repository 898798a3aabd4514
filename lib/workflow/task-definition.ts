import type { JsonObject } from './json.js';

declare const types: unique symbol;

/**
 * A task template before it is checked: the content of a YAML file, or the result of `defineTask`. The type parameters
 * exist only for the compiler: the context of the task, and the results of its steps by name.
 */
export interface TaskDefinition<Context = unknown, Results = unknown> {
  /** The document in the form that `schemas/task-template.schema.json` describes. */
  readonly document: JsonObject;
  readonly [types]?: { readonly context: Context; readonly results: Results };
}
