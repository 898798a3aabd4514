import type { SchemaName } from './described.route.js';

/** A reference to the component of a schema. */
export function reference(schema: SchemaName): { readonly $ref: string } {
  return { $ref: `#/components/schemas/${schema}` };
}
