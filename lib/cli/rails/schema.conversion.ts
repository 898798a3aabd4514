import { fullFormats } from 'ajv-formats/dist/formats.js';
import { isMap, isSeq, type YAMLMap } from 'yaml';
import type { TakeNote } from './import.note.js';
import { drop, entriesOf, mapAt, pairAt, valueAt } from './yaml.map.js';

const MAPS_OF_SCHEMAS = ['properties', 'patternProperties', 'definitions', '$defs', 'dependencies', 'dependentSchemas'];
const SCHEMAS = [
  ...['items', 'prefixItems', 'additionalItems', 'additionalProperties', 'contains', 'propertyNames'],
  ...['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else'],
];

/** All keywords that the validator of contexts knows; it refuses others, because most are misspelt. */
const KEYWORDS = new Set([
  ...MAPS_OF_SCHEMAS,
  ...SCHEMAS,
  ...['$schema', '$id', '$ref', '$anchor', '$comment', 'title', 'description', 'default', 'example', 'examples'],
  ...['type', 'enum', 'const', 'format', 'readOnly', 'writeOnly', 'deprecated', 'contentMediaType', 'contentEncoding'],
  ...['multipleOf', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'minLength', 'maxLength', 'pattern'],
  ...['minItems', 'maxItems', 'uniqueItems', 'minContains', 'maxContains', 'unevaluatedItems'],
  ...['minProperties', 'maxProperties', 'required', 'dependentRequired', 'unevaluatedProperties'],
]);

/** Converts the schema of a context from draft 4, which Rails Tasker uses, to draft 7. */
export function convertSchema(schema: YAMLMap, note: TakeNote): void {
  convertPart(schema, note);
  if (!isStricterInRails(schema)) return;
  note(
    'differs',
    pairAt(schema, 'properties')?.key,
    'Rails Tasker required every property without a default and refused unlisted ones. Here only "required" requires ' +
      'properties, and only "additionalProperties: false" refuses unlisted ones; defaults are stored with the context.',
  );
}

function convertPart(schema: YAMLMap, note: TakeNote): void {
  convertBounds(schema, note);
  for (const [key, pair] of entriesOf(schema)) {
    const value = valueAt(schema, key);
    const why = faultOf(key, value);
    if (why !== undefined) {
      drop(schema, pair);
      note('left out', pair.key, `${key} of the schema: ${why}.`);
    } else if (key === 'pattern' && typeof value === 'string' && RUBY_ANCHOR.test(value)) {
      schema.set(key, value.replace(/^\\A/, '^').replace(/\\[zZ]$/, '$'));
      note('changed', pair.key, 'The anchors \\A and \\z of the pattern became ^ and $.');
    } else if (MAPS_OF_SCHEMAS.includes(key) && isMap(pair.value)) {
      for (const part of pair.value.items) if (isMap(part.value)) convertPart(part.value, note);
    } else if (SCHEMAS.includes(key)) {
      const parts = isSeq(pair.value) ? pair.value.items : [pair.value];
      for (const part of parts) if (isMap(part)) convertPart(part, note);
    }
  }
}

const RUBY_ANCHOR = /^\\A|\\[zZ]$/;

function faultOf(key: string, value: unknown): string | undefined {
  if (value === null && key !== 'default' && key !== 'const') return 'it is empty';
  if (key === '$schema' && !/draft-07|2020-12/.test(String(value))) return 'draft-07 is assumed';
  if (key === 'required' && typeof value === 'boolean') {
    return 'required properties are listed in the schema of the object';
  }
  if (key === 'type' && value === 'any') return 'a schema without "type" allows any type';
  if (key === 'format' && !Object.hasOwn(fullFormats, String(value))) return `the format "${String(value)}" is unknown`;
  return KEYWORDS.has(key) ? undefined : 'there is no such keyword';
}

/** In draft 4 a flag made a bound exclusive. */
function convertBounds(schema: YAMLMap, note: TakeNote): void {
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    const flag = pairAt(schema, exclusive);
    const isExclusive = valueAt(schema, exclusive);
    if (flag === undefined || typeof isExclusive !== 'boolean') continue;
    const limit = pairAt(schema, bound);
    if (isExclusive && limit !== undefined) {
      flag.value = limit.value;
      drop(schema, limit);
    } else {
      drop(schema, flag);
    }
    note('changed', flag.key, `"${exclusive}" holds the bound itself, instead of "${bound}".`);
  }
}

function isStricterInRails(schema: YAMLMap): boolean {
  const properties = mapAt(schema, 'properties');
  if (properties === undefined) return false;
  const required = valueAt(schema, 'required');
  const optional = entriesOf(properties).filter(([name, { value }]) => {
    const hasDefault = isMap(value) && value.has('default');
    return !hasDefault && !(Array.isArray(required) && required.includes(name));
  });
  return optional.length > 0 || !schema.has('additionalProperties');
}
