import { Injectable } from '@nestjs/common';
import type { ValidateFunction } from 'ajv';
import type { JsonObject } from '../workflow/json.js';
import type { TaskTemplate } from '../workflow/task-template.js';
import { compileContextSchema } from './context-schema.compiler.js';
import { pointerOf } from './document.path.js';
import { InvalidContextError } from './invalid-context.error.js';
import { copyAsJson, describeKind } from './json.copy.js';
import type { JsonCopy } from './json.copy.js';
import { findingsOf } from './schema-error.message.js';

/** Checks the contexts of new tasks; each template's schema is compiled once. */
@Injectable()
export class ContextValidator {
  private readonly compiled = new WeakMap<JsonObject, ValidateFunction>();

  /**
   * The context as it is to be stored: a copy with the defaults of the template's schema filled in.
   * @throws InvalidContextError that lists everything wrong with it
   */
  validate(template: TaskTemplate, context: unknown): JsonObject {
    const { json, findings } = this.check(template, context);
    if (findings.length === 0) return json as JsonObject; // `check` lets nothing else pass
    throw new InvalidContextError(
      template,
      findings.map(({ path, message }) => ({ pointer: pointerOf(path), message })),
    );
  }

  private check({ contextSchema }: TaskTemplate, context: unknown): JsonCopy {
    if (typeof context !== 'object' || context === null || Array.isArray(context)) {
      return { json: null, findings: [{ path: [], message: `must be an object, got ${describeKind(context)}` }] };
    }
    const copy = copyAsJson(context);
    if (contextSchema === null || copy.findings.length > 0) return copy;
    const matches = this.validatorOf(contextSchema);
    return matches(copy.json) ? copy : { ...copy, findings: findingsOf(matches.errors) }; // fills in the defaults
  }

  private validatorOf(schema: JsonObject): ValidateFunction {
    const known = this.compiled.get(schema);
    if (known !== undefined) return known;
    const validator = compileContextSchema(schema);
    this.compiled.set(schema, validator);
    return validator;
  }
}
