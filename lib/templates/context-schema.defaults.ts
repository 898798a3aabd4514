import type { Ajv } from 'ajv';
import type { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonObject, JsonValue } from '../workflow/json.js';
import { pathOf } from './document.path.js';
import { pointerTo } from '../workflow/json.pointer.js';
import type { DocumentPath } from './document.path.js';
import { findingsOf } from './schema-error.message.js';
import type { Finding } from './template.problem.js';

/** The name of the schema while its parts are compiled, because they may refer to each other. */
const KEY = 'https://nestjs-tasker/context-schema';

const MAPS_OF_SCHEMAS = ['properties', 'patternProperties', 'definitions', '$defs', 'dependentSchemas', 'dependencies'];
const SCHEMAS = ['items', 'prefixItems', 'allOf', 'then', 'else', 'additionalProperties'];

/** A `default` somewhere in a schema. */
interface Default {
  /** The path of the schema that has the default. */
  readonly path: DocumentPath;
  readonly value: JsonValue;
}

/**
 * Finds defaults of a schema that would make every context without them invalid, or that Ajv never fills in. The schema
 * has been compiled, so it has no defaults where strict mode refuses them (in `anyOf`, `not` and the like).
 */
export function defaultFindings(schema: JsonObject, ajv: Ajv | Ajv2020): Finding[] {
  const defaults = defaultsIn(schema, []);
  if (defaults.length === 0) return [];
  ajv.addSchema(schema, KEY);
  try {
    return defaults.flatMap(({ path, value }) =>
      faultsOf(value, path, ajv).map((message) => ({ path: [...path, 'default'], message })),
    );
  } finally {
    ajv.removeSchema(KEY);
  }
}

/** Whether a property with a default has the name of one that every object inherits. */
export function hasInheritedDefault(schema: JsonObject): boolean {
  return defaultsIn(schema, []).some(
    ({ path }) => path.at(-2) === 'properties' && String(path.at(-1)) in Object.prototype,
  );
}

function faultsOf(value: JsonValue, path: DocumentPath, ajv: Ajv | Ajv2020): string[] {
  if (!isFilledIn(path))
    return ['is never applied: only defaults of properties are applied, and none of those behind a $ref'];
  const matches = ajv.compile({ $ref: `${KEY}#${encodeURI(pointerTo(...path))}` });
  if (matches(structuredClone(value))) return []; // a copy, because defaults inside of it are filled in, too
  return findingsOf(matches.errors).map(({ path: inside, message }) => {
    const where = pathOf(pointerTo(...inside));
    return `does not satisfy its own schema: ${where && `${where} `}${message}`;
  });
}

/** Ajv fills in defaults in the schemas of `properties`, and of `items` if that is a list. */
function isFilledIn(path: DocumentPath): boolean {
  const [keyword, key] = path.slice(-2);
  return keyword === 'properties' || (keyword === 'items' && typeof key === 'number');
}

function defaultsIn(schema: JsonValue | undefined, path: DocumentPath): Default[] {
  if (Array.isArray(schema)) return schema.flatMap((item: JsonValue, index) => defaultsIn(item, [...path, index]));
  if (!isObject(schema)) return [];
  const inMaps = MAPS_OF_SCHEMAS.flatMap((keyword) => {
    const map = schema[keyword];
    return isObject(map) ? Object.entries(map).flatMap(([key, item]) => defaultsIn(item, [...path, keyword, key])) : [];
  });
  const inSchemas = SCHEMAS.flatMap((keyword) => defaultsIn(schema[keyword], [...path, keyword]));
  const own = schema.default === undefined ? [] : [{ path, value: schema.default }];
  return [...own, ...inMaps, ...inSchemas];
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
