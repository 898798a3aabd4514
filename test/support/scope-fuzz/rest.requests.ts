import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { aPlace, Reference } from './references.js';
import { aPage, HEADERS, pathValue, sparse, usualIn, valueNamed, type Use } from './values.js';

type Value = fc.Arbitrary<unknown>;

/** A request as `docs/openapi.json` describes it; its values may be references. */
export interface RestRequest {
  readonly face: 'REST';
  /** Of the operation. */
  readonly name: string;
  readonly method: string;
  readonly path: readonly (string | Reference)[];
  readonly query: readonly (readonly [string, unknown])[];
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

interface Described {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}

const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

const isStream = ({ responses }: Described): boolean => responses['200']?.content?.['text/event-stream'] !== undefined;

const operations = Object.entries(document.paths).flatMap(([path, verbs]) =>
  Object.entries(verbs).map(([verb, described]) => ({ path, verb, described })),
);

/** The token of a user with a scope must be limited to it, and its id and its secret are random. */
const CREATES_TOKEN = 'createApiToken';

/** @param receiver where webhooks may lead to */
export function aRestRequest(receiver: string): fc.Arbitrary<RestRequest> {
  const all = operations
    .filter(({ described }) => !isStream(described) && described.operationId !== CREATES_TOKEN)
    .map(({ path, verb, described }) => ({
      weight: verb === 'get' || path.startsWith('/bulk/') ? 3 : 1,
      arbitrary: requestOf(path, verb, described, receiver),
    }));
  return fc.oneof(...all);
}

/** What the query of a stream may say. */
export function aStreamQuery(name: string): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const { path, described } = operations.find((each) => each.described.operationId === name)!;
  const { after: _, ...parameters } = inQuery(path, described);
  return sparse(parameters, 2);
}

function requestOf(path: string, verb: string, described: Described, receiver: string): fc.Arbitrary<RestRequest> {
  const named = (where: string) => described.parameters.filter((parameter) => parameter.in === where);
  const segments = path.split('/').map((segment) => {
    const [, name] = /^\{(\w+)\}$/.exec(segment) ?? [];
    return name === undefined ? fc.constant(segment) : (pathValue(name, path) as fc.Arbitrary<string | Reference>);
  });
  const headers = named('header').map(({ name }) => [name, HEADERS[name] ?? fc.constant('unknown')] as const);
  const query = inQuery(path, described);
  const isPaged = 'sort' in query && 'after' in query;
  const schema = described.requestBody?.content['application/json']?.schema;
  return fc
    .record({
      path: fc.tuple(...segments),
      query: isPaged ? fc.oneof(sparse(query), aPage('REST')) : sparse(query),
      headers: fc.record(Object.fromEntries(headers), { requiredKeys: [] }),
      body: schema ? valueOf('body', schema, 'kept', receiver) : fc.constant(undefined),
    })
    .map((made) => ({
      ...made,
      ...{ face: 'REST', name: described.operationId, method: verb.toUpperCase() },
      query: Object.entries(made.query).map(
        ([name, value]) => [name, isDeliveryPlace(value) ? value.placedAmong(made.path[2]) : value] as const,
      ),
    }));
}

const isDeliveryPlace = (value: unknown): value is Reference =>
  value instanceof Reference && value.isPlace && value.what.endsWith('delivery');

function inQuery(path: string, { parameters }: Described): Readonly<Record<string, Value>> {
  const values = parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name, schema }) => {
      const isDelivery = name === 'after' && path.startsWith('/webhooks/');
      return [name, isDelivery ? aPlace('delivery', 'foreign delivery') : valueOf(name, schema, 'filter', '')] as const;
    });
  return Object.fromEntries(values);
}

function valueOf(name: string, schema: Schema, use: Use, receiver: string): Value {
  const [, component] = /\/(\w+)$/.exec(schema.$ref ?? '') ?? [];
  const known = component === undefined ? schema : document.components.schemas[component]!;
  const isFilter = component?.endsWith('Filter') ?? false;
  if (known.properties) return objectOf(known, isFilter ? 'filter' : use, receiver);
  if (known.enum) return fc.constantFrom(...known.enum);
  if (known.type === 'array' && known.items?.enum) {
    return fc.array(fc.constantFrom(...known.items.enum), { minLength: 1, maxLength: 3 });
  }
  if (name === 'url') return fc.constantFrom(`${receiver}/one`, `${receiver}/two`);
  const value = valueNamed(name, use);
  if (value) return value;
  if (known.type === 'array')
    return fc.array(valueOf('', known.items ?? {}, use, receiver), { minLength: 1, maxLength: 3 });
  return valueOfType([known.type].flat());
}

function valueOfType(types: readonly (string | undefined)[]): Value {
  if (types.includes('integer') || types.includes('number')) return fc.integer({ min: 0, max: 9 });
  if (types.includes('boolean')) return fc.boolean();
  return fc.constantFrom('leaf', 'order', 'other');
}

function objectOf({ properties = {}, required = [] }: Schema, use: Use, receiver: string): Value {
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, valueOf(name, schema, use, receiver)]),
  );
  const names = Object.keys(fields).filter((name) => !required.includes(name));
  const always = [...required, ...usualIn(required, names)];
  const optional = Object.fromEntries(Object.entries(fields).filter(([name]) => !always.includes(name)));
  const needed = Object.fromEntries(always.map((name) => [name, fields[name]!]));
  return fc.tuple(fc.record(needed), sparse(optional)).map(([some, more]) => ({ ...some, ...more }));
}
