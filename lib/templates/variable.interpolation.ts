import type { JsonObject, JsonValue } from '../workflow/json.js';
import { TaskerError } from '../workflow/tasker.error.js';
import type { DocumentPath } from './document.path.js';
import { pathOf } from './document.path.js';
import { pointerTo } from '../workflow/json.pointer.js';
import type { Finding } from './template.problem.js';

/** Values by name, such as `process.env`. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** `${NAME}`, `${NAME:-default}`, or with `$${` one that is meant literally. */
const REFERENCE = /\$(\$?)\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/** A variable that `handler_config` needs is not set in the process that was to run the step. */
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
 * Replaces `${NAME}` and `${NAME:-default}` in every text of a step's configuration; keys stay as they are. The default
 * counts when the variable is unset or empty, as in a shell. `$${NAME}` gives the text `${NAME}`.
 *
 * The stored template keeps the references, so that secrets never reach the database: call this in the process that runs
 * the step.
 *
 * @throws MissingVariablesError when a variable without default is not set
 */
export function interpolate(config: JsonObject, variables: Variables): JsonObject {
  const missing = missingVariables(config, variables);
  if (missing.length > 0) throw new MissingVariablesError(missing);
  return replaceIn(config, variables) as JsonObject;
}

/** A text with a letter in the place of each reference, for checks that cannot know their values. */
export function withoutReferences(text: string): string {
  return text.replace(REFERENCE, 'x');
}

/** References of a configuration that nothing would replace, by path. */
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
