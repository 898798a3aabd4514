import type { Ajv, Options, ValidateFunction } from 'ajv';
import type { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonObject } from '../workflow/json.js';
import { defaultFindings } from './context-schema.defaults.js';
import { pointerTo } from '../workflow/json.pointer.js';
import { ajv, ajv2020, ajvFormats } from './lazy.packages.cjs';
import { findingsOf } from './schema-error.message.js';
import { propertyOf } from './step.outline.js';
import type { Finding } from './template.problem.js';

const OPTIONS: Options = {
  allErrors: true,
  verbose: true,
  useDefaults: true,
  // 19.99 is a multiple of 0.01, but not in floating-point arithmetic.
  multipleOfPrecision: 4,
  ownProperties: true,
  // A misspelt keyword would silently turn its check off, so unknown ones are errors. The other rules of Ajv's strict
  // mode are a matter of taste.
  strictSchema: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  allowUnionTypes: true,
  // Two templates may have the same `$id`.
  addUsedSchema: false,
};

let draft07: Ajv | undefined;
let draft2020: Ajv2020 | undefined;

function prepare<Draft extends Ajv | Ajv2020>(draft: Draft): Draft {
  ajvFormats().default(draft);
  draft.addVocabulary(['example']); // OpenAPI's keyword for `examples`, which is common
  return draft;
}

/** Compiles a context schema that `contextSchemaFindings` has accepted. */
export function compileContextSchema(schema: JsonObject): ValidateFunction {
  return ajvFor(schema)!.compile(schema);
}

/** The problems of the context schema of a document, if it has one. */
export function contextSchemaFindings(document: unknown): Finding[] {
  const schema = propertyOf(document, 'schema');
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return []; // the check of the structure reports it
  return schemaFindings(schema as JsonObject).map(({ path, message }) => ({ path: ['schema', ...path], message }));
}

function schemaFindings(schema: JsonObject): Finding[] {
  const draft = ajvFor(schema);
  if (draft === undefined) return [{ path: ['$schema'], message: 'must name draft-07 or 2020-12 of JSON Schema' }];
  if (schema.$async === true)
    return [{ path: ['$async'], message: 'must not be used: contexts are checked synchronously' }];
  try {
    if (draft.validateSchema(schema) !== true) return onePerPath(findingsOf(draft.errors));
    draft.compile(schema);
    return defaultFindings(schema, draft);
  } catch (error) {
    return [{ path: [], message: `is not a usable JSON Schema: ${(error as Error).message}` }]; // Ajv throws only errors
  }
}

/** Draft-07, unless the schema names another draft. */
function ajvFor({ $schema = 'draft-07' }: JsonObject): Ajv | Ajv2020 | undefined {
  if (typeof $schema !== 'string') return undefined;
  if ($schema.includes('draft-07')) return (draft07 ??= prepare(new (ajv().Ajv)(OPTIONS)));
  if (!$schema.includes('2020-12')) return undefined;
  return (draft2020 ??= prepare(new (ajv2020().Ajv2020)(OPTIONS)));
}

/** The meta-schema has many alternatives, each of which reports an error. The first error of a place is enough. */
function onePerPath(findings: readonly Finding[]): Finding[] {
  const seen = new Map(findings.toReversed().map((finding) => [pointerTo(...finding.path), finding]));
  return [...seen.values()].toReversed();
}
