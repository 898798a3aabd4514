import type { SchemaName } from './described.route.js';

/** Of a schema, where one is asked for. */
export function reference(schema: SchemaName): { readonly $ref: string } {
  return { $ref: `#/components/schemas/${schema}` };
}
