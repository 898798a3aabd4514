/** Generates lib/events/event.schemas.ts and schematics/subscriber/event.examples.ts from the catalogue of events. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFormatter, createParser, DEFAULT_CONFIG, SchemaGenerator } from 'ts-json-schema-generator';
import { ROOT } from './script.mjs';
import { programOfSources } from './sources.mjs';

export const EVENT_SCHEMAS = join(ROOT, 'lib/events/event.schemas.ts');
export const EVENT_EXAMPLES = join(ROOT, 'schematics/subscriber/event.examples.ts');
const CATALOGUE = join(ROOT, 'lib/events/event.catalogue.ts');

/** The source of the schemas. @param compiler that of the generator */
export function eventSchemas(compiler) {
  const payloads = payloadsByEvent(compiler);
  const config = { ...DEFAULT_CONFIG, sortProps: false, topRef: false };
  const program = programOfSources(compiler, [CATALOGUE]);
  const generator = new SchemaGenerator(program, createParser(program, config), createFormatter(config), config);
  const schemas = Object.fromEntries(
    [...new Set(payloads.values())].sort().map((name) => [name, schemaOf(generator.createSchema(name))]),
  );
  return `/** Made by \`npm run schemas\` from event.catalogue.ts and event.payloads.ts. */
export const PAYLOADS = ${JSON.stringify(Object.fromEntries(payloads))} as const;

export const PAYLOAD_SCHEMAS = ${JSON.stringify(schemas)} as const;
`;
}

/** The source of the examples. @param events `EVENTS`, compiled */
export function eventExamples(events) {
  const examples = Object.fromEntries(
    Object.entries(events).map(([name, { examplePayload }]) => [name, examplePayload]),
  );
  return `/** Made by \`npm run schemas\` from event.catalogue.ts: each event with an example of its payload. */
export const EXAMPLES: Readonly<Record<string, object>> = ${JSON.stringify(examples)};
`;
}

/** The types of the payloads: \`event<TaskTransitionPayload>(…)\` in the catalogue. */
export function payloadsByEvent(compiler) {
  const file = compiler.createSourceFile(CATALOGUE, readFileSync(CATALOGUE, 'utf8'), compiler.ScriptTarget.Latest);
  const found = new Map();
  const visit = (node) => {
    if (compiler.isPropertyAssignment(node) && compiler.isCallExpression(node.initializer)) {
      found.set(node.name.text, node.initializer.typeArguments[0].getText(file));
    }
    compiler.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** The schema in one piece, without references. */
function schemaOf({ $schema: _, definitions = {}, ...schema }) {
  return JSON.parse(JSON.stringify(schema), (_key, value) => {
    if (typeof value?.$ref !== 'string') return value;
    const { $ref, ...more } = value;
    const name = decodeURIComponent($ref.slice('#/definitions/'.length));
    return { ...schemaOf({ ...definitions[name], definitions }), ...more };
  });
}
