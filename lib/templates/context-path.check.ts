import type { DocumentPath } from './document.path.js';
import { segmentsOf } from '../workflow/json.pointer.js';
import { unknownName } from '../workflow/near.name.js';
import { itemsOf, outlineSteps, propertyOf } from './step.outline.js';
import type { Finding } from './template.problem.js';

/** Finds keys of limits that do not match anything in the context, so that all tasks would share one limit. */
export function limitKeyFindings(document: unknown): Finding[] {
  const steps = itemsOf(propertyOf(document, 'step_templates'));
  return outlineSteps(document).flatMap(({ path: place }) => {
    const key = propertyOf(propertyOf(steps[place[1] as number], 'limits'), 'key');
    if (typeof key !== 'string' || !key.startsWith('/')) return [];
    const fault = contextPathFault(propertyOf(document, 'schema'), segmentsOf(key).map(String));
    return fault === undefined ? [] : [{ path: [...place, 'limits', 'key'], message: fault }];
  });
}

/** The reason why no valid context has a value at this path; undefined if one may have. */
export function contextPathFault(schema: unknown, path: DocumentPath): string | undefined {
  let here = schema;
  for (const [depth, segment] of path.entries()) {
    here = resolved(here, schema);
    const name = String(segment);
    const types = [propertyOf(here, 'type')].flat().filter((type) => typeof type === 'string');
    if (types.length > 0 && !types.includes('object') && !types.includes('array')) {
      return `${inWords(path.slice(0, depth))} is ${types.join(' or ')} in the schema of the context, and so has no "${name}"`;
    }
    const properties = propertyOf(here, 'properties');
    const known = typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
    if (isClosed(here) && !known.includes(name) && (types.length === 0 || types.includes('object'))) {
      if (types.includes('array')) return undefined;
      return `the schema of the context has no such value: ${unknownName('key', name, known)}`;
    }
    here = propertyOf(properties, name);
  }
  return undefined;
}

/** Whether the schema permits only the properties that it lists. */
function isClosed(schema: unknown): boolean {
  if (propertyOf(schema, 'patternProperties') !== undefined) return false;
  return propertyOf(schema, 'additionalProperties') === false;
}

/** Follows a reference within the same schema. A reference that it cannot follow counts as unknown. */
function resolved(schema: unknown, root: unknown): unknown {
  const reference = propertyOf(schema, '$ref');
  if (typeof reference !== 'string') return schema;
  if (!reference.startsWith('#/')) return undefined;
  return segmentsOf(reference.slice(1)).reduce(propertyOf, root);
}

function inWords(path: DocumentPath): string {
  return path.length === 0 ? 'the context' : `context.${path.join('.')}`;
}
