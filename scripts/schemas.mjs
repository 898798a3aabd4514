/**
 * `npm run schemas`: writes lib/api/answer.schemas.ts, the JSON Schemas of all bodies over HTTP, from their types,
 * and with them docs/openapi.json, docs/schema.graphql, docs/permissions.md and docs/reference.md; and the schemas and
 * examples of events.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { createFormatter, createParser, DEFAULT_CONFIG, SchemaGenerator } from 'ts-json-schema-generator';
import { buildWhatChanged } from './build.mjs';
import { PERMISSIONS_PAGE, permissionsPage } from './permissions.mjs';
import { REFERENCE, referencePage } from './reference.mjs';
import { EVENT_EXAMPLES, EVENT_SCHEMAS, eventExamples, eventSchemas } from './events.mjs';
import { isProgram, ROOT, run } from './script.mjs';
import { programOfSources } from './sources.mjs';

const SOURCE = join(ROOT, 'lib/rest/openapi/documents.ts');
const TARGET = join(ROOT, 'lib/api/answer.schemas.ts');
const DOCUMENT = join(ROOT, 'docs/openapi.json');
const GRAPHQL = join(ROOT, 'docs/schema.graphql');
const AT = '#/definitions/';

/** The types refer to themselves, of which generators of clients make types that no compiler takes. */
const ANY_JSON = {
  JsonValue: { description: 'Any JSON value.' },
  JsonObject: { type: 'object', additionalProperties: true },
};

/** Types that others extend: generated clients get one type each, which the others refer to. */
const OUTLINES = ['TaskOutline', 'StepDetails', 'WebhookDetails', 'ApiTokenDetails'];

/** Fields that hold an instant, by their names. */
const INSTANT = /(At|After|Before|PeriodStart|^at|^timestamp)$/;

/** The text of the file, as it should be. */
export async function schemasFile() {
  const config = { ...DEFAULT_CONFIG, sortProps: false };
  const program = programOfSources(compilerOfGenerator(), [SOURCE]);
  const generator = new SchemaGenerator(program, createParser(program, config), createFormatter(config), config);
  const { definitions } = generator.createSchema('*');
  const schemas = Object.fromEntries(
    [...reachable(definitions, exportedNames())]
      .sort()
      .map((name) => [componentName(name), ANY_JSON[name] ?? asComponent(definitions[name])]),
  );
  for (const outline of OUTLINES) shareOutline(schemas, outline);
  return formatted(
    TARGET,
    `/** Made by \`npm run schemas\` from the types in documents.ts. */
export const SCHEMAS = ${JSON.stringify(schemas, null, 2)} as const;
`,
  );
}

/** The text of lib/events/event.schemas.ts, as it should be. */
export async function eventSchemasFile() {
  return formatted(EVENT_SCHEMAS, eventSchemas(compilerOfGenerator()));
}

/** The text of schematics/subscriber/event.examples.ts, as it should be, from the compiled catalogue. */
async function eventExamplesFile() {
  const { EVENTS } = await import('../dist/events/event.catalogue.js');
  return formatted(EVENT_EXAMPLES, eventExamples(EVENTS));
}

/** It may be of another version than ours. */
function compilerOfGenerator() {
  return createRequire(import.meta.resolve('ts-json-schema-generator'))('typescript');
}

/** The schema of our part of a GraphQL API, from the compiled resolvers. */
async function graphqlFile() {
  await import('reflect-metadata');
  const { NestFactory } = await import('@nestjs/core');
  const { GraphQLSchemaBuilderModule, GraphQLSchemaFactory } = await import('@nestjs/graphql');
  const { lexicographicSortSchema, printSchema } = await import('graphql');
  const { RESOLVERS } = await import('../dist/graphql/resolvers.js');
  const app = await NestFactory.createApplicationContext(GraphQLSchemaBuilderModule, { logger: false });
  const schema = await app.get(GraphQLSchemaFactory).create(RESOLVERS);
  await app.close();
  return formatted(
    GRAPHQL,
    `# Made by \`npm run schemas\` from the resolvers.\n\n${printSchema(lexicographicSortSchema(schema))}`,
  );
}

/** What docs/permissions.md is made from. */
async function declarations() {
  const { OPERATIONS } = await import('../dist/rest/openapi/operations.js');
  const { RESOLVERS } = await import('../dist/graphql/resolvers.js');
  const marks = await import('../dist/auth/require-permission.decorator.js');
  return { controllers: OPERATIONS.map(({ controller }) => controller), resolvers: RESOLVERS, marks };
}

async function formatted(file, text) {
  return format(text, { ...(await resolveConfig(file)), filepath: file });
}

function exportedNames() {
  const lists = readFileSync(SOURCE, 'utf8').matchAll(/export type \{([^}]*)\}/g);
  return [...lists].flatMap(([, names]) => names.split(',').map((name) => name.trim())).filter((name) => name !== '');
}

/** The generator answers every type that the files hold; these are the ones that bodies are made of. */
function reachable(definitions, names) {
  const found = new Set(names);
  for (const name of found) {
    const references = JSON.stringify(definitions[name]).matchAll(/"\$ref":"#\/definitions\/([^"]+)"/g);
    for (const [, encoded] of references) found.add(decodeURIComponent(encoded)); // a Set's iteration visits what is added during it
  }
  return found;
}

/** `TaskWith<("context"|"steps")>` is no name for a component. */
function componentName(name) {
  return name.replace(/[^\w.-]+/g, '_').replace(/_+$/, '');
}

function asComponent(schema) {
  return JSON.parse(JSON.stringify(schema), (key, value) => {
    if (INSTANT.test(key) && isText(value)) return { format: 'date-time', ...value };
    if (key === '$ref') return `#/components/schemas/${componentName(decodeURIComponent(value.slice(AT.length)))}`;
    // What `@default` says is meant for people, such as "at once".
    return key === 'default' && typeof value !== 'object' ? undefined : value;
  });
}

const isText = (schema) => [schema?.type].flat().includes('string') && schema.enum === undefined;

/** What has all fields of the outline, and more, refers to it. An outline is open to that, and says so by forbidding nothing. */
function shareOutline(schemas, name) {
  const outline = schemas[name];
  delete outline.additionalProperties;
  const visit = (schema) => {
    for (const [key, value] of Object.entries(schema)) {
      if (typeof value !== 'object' || value === null || value === outline) continue;
      if (extendsOutline(value, outline)) schema[key] = extended(value, outline, name);
      else visit(value);
    }
  };
  visit(schemas);
}

function extendsOutline({ properties, required = [] }, outline) {
  if (properties === undefined || typeof properties !== 'object') return false;
  const isSame = ([key, schema]) => JSON.stringify(properties[key]) === JSON.stringify(schema);
  return Object.entries(outline.properties).every(isSame) && outline.required.every((key) => required.includes(key));
}

function extended({ description, properties, required }, outline, name) {
  const isOwn = (key) => !(key in outline.properties);
  const own = Object.fromEntries(Object.entries(properties).filter(([key]) => isOwn(key)));
  const more = { type: 'object', properties: own, required: required.filter(isOwn) };
  return {
    ...(description && { description }),
    allOf: [{ $ref: `#/components/schemas/${name}` }, more],
    unevaluatedProperties: false,
  };
}

if (isProgram(import.meta)) {
  await run(async () => {
    writeFileSync(EVENT_SCHEMAS, await eventSchemasFile());
    writeFileSync(TARGET, await schemasFile());
    buildWhatChanged('lib');
    const { openApiDocument } = await import('../dist/rest/openapi/openapi.document.js');
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    writeFileSync(DOCUMENT, await formatted(DOCUMENT, JSON.stringify(openApiDocument('/tasker', version))));
    writeFileSync(GRAPHQL, await graphqlFile());
    writeFileSync(EVENT_EXAMPLES, await eventExamplesFile());
    writeFileSync(PERMISSIONS_PAGE, await permissionsPage(await declarations()));
    writeFileSync(REFERENCE, await referencePage());
  });
}
