import type { SchemaName } from './operation.js';

/** Of a schema, where one is asked for. */
export function reference(schema: SchemaName): { readonly $ref: string } {
  return { $ref: `#/components/schemas/${schema}` };
}
