import type { JsonObject, JsonValue } from '../workflow/json.js';
import { TaskerError } from '../workflow/tasker.error.js';
import type { DocumentPath } from './document.path.js';
import { pathOf } from './document.path.js';
import { pointerTo } from '../workflow/json.pointer.js';
import type { Finding } from './template.problem.js';

/** Values by name, such as `process.env`. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Matches `${NAME}`, `${NAME:-default}`, and `$${NAME}`, which is literal. */
const REFERENCE = /\$(\$?)\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/** A variable in `handler_config` is not set in the process that should run the step. */
export class MissingVariablesError extends TaskerError {
  readonly code = 'TASKER_MISSING_VARIABLES';

  constructor(findings: readonly Finding[]) {
    const list = findings
      .map(({ path, message }) => `handler_config.${pathOf(pointerTo(...path))}: ${message}`)
      .join('; ');
    super(`The configuration of the step cannot be resolved in this process: ${list}.`);
  }
}

/**
 * Replaces `${NAME}` and `${NAME:-default}` in all texts of a step's configuration, but not in keys. The default
 * applies if the variable is unset or empty, as in a shell. `$${NAME}` gives the text `${NAME}`.
 *
 * The stored template keeps the references, so that secrets never reach the database: call this in the process that
 * runs the step.
 *
 * @throws MissingVariablesError if a variable without a default is not set
 */
export function interpolate(config: JsonObject, variables: Variables): JsonObject {
  const missing = missingVariables(config, variables);
  if (missing.length > 0) throw new MissingVariablesError(missing);
  return replaceIn(config, variables) as JsonObject;
}

/** Replaces each reference in a text with a letter, for checks that cannot know the values. */
export function withoutReferences(text: string): string {
  return text.replace(REFERENCE, 'x');
}

/** Finds references in a configuration to variables that are not set, by path. */
export function missingVariables(config: unknown, variables: Variables, path: DocumentPath = []): Finding[] {
  if (typeof config === 'string') {
    return missingIn(config, variables).map((name) => ({
      path,
      message: `the variable "${name}" is not set; set it, or give it a default: \${${name}:-value}`,
    }));
  }
  if (typeof config !== 'object' || config === null) return [];
  const entries: [string | number, unknown][] = Array.isArray(config) ? [...config.entries()] : Object.entries(config);
  return entries.flatMap(([key, item]) => missingVariables(item, variables, [...path, key]));
}

function missingIn(text: string, variables: Variables): string[] {
  const missing = [...text.matchAll(REFERENCE)].filter(
    ([, escape, name, fallback]) => escape === '' && valueOf(name!, fallback, variables) === undefined,
  );
  return missing.map(([, , name]) => name!);
}

function replaceIn(value: JsonValue, variables: Variables): JsonValue {
  if (typeof value === 'string') {
    return value.replace(REFERENCE, (reference: string, escape: string, name: string, fallback: string | undefined) =>
      escape ? reference.slice(1) : valueOf(name, fallback, variables)!,
    );
  }
  if (Array.isArray(value)) return value.map((item: JsonValue) => replaceIn(item, variables));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceIn(item, variables)]));
}

function valueOf(name: string, fallback: string | undefined, variables: Variables): string | undefined {
  const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
  const isEmpty = value === undefined || value === '';
  return isEmpty && fallback !== undefined ? fallback : value;
}
