import type { JSONPathEnvironment, JSONPathQuery } from 'json-p3';
import { MAX_DEPTH } from '../workflow/json.check.js';
import type { JsonValue } from '../workflow/json.js';
import { jsonPath as jsonPathPackage } from './lazy.packages.cjs';

/** The keys and indexes that lead from the root of a JSON value to a part of it. */
export type JsonLocation = readonly (string | number)[];

/** A JSON path (RFC 9535) that can be applied to values. */
export interface JsonPath {
  /** The locations of the values that the path selects; none may lie within another. */
  readonly in: (value: JsonValue) => readonly JsonLocation[];
  /** The location that it can select at most; null if it may select several. */
  readonly location: JsonLocation | null;
}

/** @throws Error with the reason, if the text is no JSON path */
export function jsonPath(text: string): JsonPath {
  return jsonPaths([text]);
}

/** Several JSON paths as one: what any of them selects. @throws Error with the reason, if a text is no JSON path */
export function jsonPaths(texts: readonly string[]): JsonPath {
  const queries = texts.map(compiled);
  return {
    in: (value) => outermost(queries.flatMap((query) => locationsOf(query, value))),
    location: queries.length === 1 && queries[0]!.singularQuery() ? singularLocation(queries[0]!) : null,
  };
}

/** The part of a value at this location; undefined if there is none. */
export function valueAt(value: JsonValue, location: JsonLocation): JsonValue | undefined {
  let here: JsonValue | undefined = value;
  for (const key of location) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Readonly<Record<string | number, JsonValue>>)[key];
  }
  return here;
}

/** Whether a location is another one, or lies within it. */
export function isWithin(location: JsonLocation, other: JsonLocation): boolean {
  return other.length <= location.length && other.every((key, depth) => key === location[depth]);
}

let environment: JSONPathEnvironment | undefined;

function compiled(text: string): JSONPathQuery {
  if (!text.startsWith('$')) throw new Error('it must begin with "$"'); // the library's own sentence is about its scanner
  const { JSONPathEnvironment, JSONPathError } = jsonPathPackage();
  environment ??= new JSONPathEnvironment({ maxRecursionDepth: 2 * MAX_DEPTH }); // by default, `..` throws below 50 levels
  try {
    return environment.compile(text);
  } catch (error) {
    if (!(error instanceof JSONPathError)) throw error;
    throw new Error(error.message, { cause: error });
  }
}

function locationsOf(query: JSONPathQuery, value: JsonValue): JsonLocation[] {
  // Lazily: otherwise, the library passes all values of a list as arguments of one call, and long lists exhaust the stack.
  const nodes = query.lazyQuery(value as Parameters<JSONPathQuery['lazyQuery']>[0]);
  return Array.from(nodes, ({ location }) => location);
}

/** A negative index depends on the length of the list. */
function singularLocation(query: JSONPathQuery): JsonLocation | null {
  const keys = query.segments.flatMap(({ selectors }) => selectors.map((selector) => keyOf(selector)));
  return keys.every((key) => key !== null) ? keys : null;
}

function keyOf(selector: object): string | number | null {
  if ('name' in selector && typeof selector.name === 'string') return selector.name;
  return 'index' in selector && typeof selector.index === 'number' && selector.index >= 0 ? selector.index : null;
}

function outermost(locations: readonly JsonLocation[]): readonly JsonLocation[] {
  if (locations.length < 2) return locations;
  const texts = new Set(locations.map((location) => JSON.stringify(location)));
  const isInner = (location: JsonLocation): boolean =>
    location.some((_, depth) => texts.has(JSON.stringify(location.slice(0, depth))));
  return [...texts].map((text) => JSON.parse(text) as JsonLocation).filter((location) => !isInner(location));
}
