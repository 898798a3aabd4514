import { Injectable } from '@nestjs/common';
import type { ValidateFunction } from 'ajv';
import type { JsonObject, JsonValue } from '../workflow/json.js';
import type { TaskTemplate } from '../workflow/task-template.js';
import { compileContextSchema } from './context-schema.compiler.js';
import { hasInheritedDefault } from './context-schema.defaults.js';
import { mustBe } from '../workflow/input.wording.js';
import { pointerTo } from '../workflow/json.pointer.js';
import { InvalidContextError } from './invalid-context.error.js';
import { copyAsJson, describeKind } from './json.copy.js';
import type { JsonCopy } from './json.copy.js';
import { findingsOf } from './schema-error.message.js';

interface CompiledSchema {
  /** Checks a context, and fills in the defaults. */
  readonly matches: ValidateFunction;
  /** True if a default has the name of an inherited property, such as `constructor`, which Ajv would take for given. */
  readonly needsBareObjects: boolean;
}

/** Checks the contexts of new tasks; each template's schema is compiled once. */
@Injectable()
export class ContextValidator {
  private readonly compiled = new WeakMap<JsonObject, CompiledSchema>();

  /**
   * Returns the context to store: a copy with the defaults of the template's schema filled in.
   * @throws InvalidContextError with every problem
   */
  validate(template: TaskTemplate, context: unknown): JsonObject {
    const { json, findings } = this.check(template, context);
    if (findings.length === 0) return json as JsonObject; // `check` accepts only objects
    throw new InvalidContextError(
      template,
      findings.map(({ path, message }) => ({ pointer: pointerTo(...path), message })),
    );
  }

  private check({ contextSchema }: TaskTemplate, context: unknown): JsonCopy {
    if (typeof context !== 'object' || context === null || Array.isArray(context)) {
      return { json: null, findings: [{ path: [], message: `${mustBe('an object')}, got ${describeKind(context)}` }] };
    }
    const copy = copyAsJson(context, 'exact');
    if (contextSchema === null || copy.findings.length > 0) return copy;
    const { matches, needsBareObjects } = this.compiledOf(contextSchema);
    const json = needsBareObjects ? bareCopy(copy.json) : copy.json;
    if (!matches(json)) return { ...copy, findings: findingsOf(matches.errors) };
    return needsBareObjects ? copyAsJson(json) : copy;
  }

  private compiledOf(schema: JsonObject): CompiledSchema {
    const known = this.compiled.get(schema);
    if (known !== undefined) return known;
    const compiled = { matches: compileContextSchema(schema), needsBareObjects: hasInheritedDefault(schema) };
    this.compiled.set(schema, compiled);
    return compiled;
  }
}

/** A copy whose objects inherit nothing. */
function bareCopy(json: JsonValue): JsonValue {
  return JSON.parse(JSON.stringify(json), (_, value: JsonValue) =>
    typeof value !== 'object' || value === null || Array.isArray(value)
      ? value
      : Object.assign(Object.create(null) as JsonObject, value),
  ) as JsonValue;
}
