import { readFileSync } from 'node:fs';
import type { ValidateFunction } from 'ajv';
import { packageFile } from '../options/package.files.js';
import { ajv as ajvPackage } from './lazy.packages.cjs';
import { findingsOf } from './schema-error.message.js';
import type { JsonObject } from '../workflow/json.js';
import type { RawTask } from './task.document.js';
import type { Finding } from './template.problem.js';

/** The schema file, which editors also use. */
const SCHEMA = 'schemas/task-template.schema.json';

let validator: ValidateFunction<RawTask> | undefined;

/**
 * Checks the keys and values of a document against `schemas/task-template.schema.json`. Without findings, it is a
 * `RawTask`.
 */
export function structureFindings(document: unknown): Finding[] {
  validator ??= compileSchema();
  return validator(document) ? [] : findingsOf(validator.errors);
}

function compileSchema(): ValidateFunction<RawTask> {
  const { Ajv } = ajvPackage();
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    allowUnionTypes: true,
    strictTypes: false,
    ownProperties: true,
  });
  // Texts for people, read by editors and by schema-error.message.ts. They do not validate anything.
  ajv.addVocabulary(['errorMessage', 'patternErrorMessage', 'deprecationMessage']);
  return ajv.compile<RawTask>(JSON.parse(readFileSync(packageFile(SCHEMA), 'utf8')) as JsonObject);
}
