import type { ErrorObject } from 'ajv';
import { segmentsOf } from '../workflow/json.pointer.js';
import { describeKind } from './json.copy.js';
import {
  IS_REQUIRED,
  isUnknownField,
  mustBe,
  mustBeOneOf,
  mustHaveAtMost,
  NOT_EMPTY,
} from '../workflow/input.wording.js';
import type { Finding } from './template.problem.js';

/**
 * Errors of `if` only repeat those of its `then` or `else`, which are reported themselves; likewise `propertyNames`.
 */
const ECHOES = new Set(['if', 'propertyNames']);

/**
 * Converts errors of Ajv to messages for people. Ajv must run with `allErrors` and `verbose`. Texts of the input are
 * never quoted, because contexts contain private data, and the messages reach logs.
 */
export function findingsOf(errors: readonly ErrorObject[] | null | undefined): Finding[] {
  return (errors ?? []).filter(({ keyword }) => !ECHOES.has(keyword)).map(findingOf);
}

function findingOf(error: ErrorObject): Finding {
  const path = segmentsOf(error.instancePath);
  if (error.propertyName !== undefined) {
    return { path: [...path, error.propertyName], message: `has a name that ${messageOf(error)}` };
  }
  const { missingProperty, additionalProperty, unevaluatedProperty } = error.params as Partial<Record<string, string>>;
  if (missingProperty !== undefined) return { path: [...path, missingProperty], message: IS_REQUIRED };
  const unknown = additionalProperty ?? unevaluatedProperty;
  if (unknown === undefined) return { path, message: messageOf(error) };
  return { path: [...path, unknown], message: isUnknownField(unknown, knownKeys(error), 'key') };
}

/** The known keys, without deprecated ones. */
function knownKeys({ parentSchema }: ErrorObject): string[] {
  const properties = (parentSchema?.properties ?? {}) as Readonly<Record<string, { readonly deprecated?: boolean }>>;
  return Object.keys(properties).filter((key) => properties[key]!.deprecated !== true);
}

function messageOf({ keyword, params, data, message, parentSchema }: ErrorObject): string {
  const { limit, comparison } = params as { limit?: number; comparison?: string };
  switch (keyword) {
    case 'type':
      return (
        customMessage(parentSchema, 'errorMessage') ??
        `${mustBe(expectedKind(params.type as string | string[]))}, got ${describeKind(data)}`
      );
    case 'enum':
      return mustBeOneOf((params.allowedValues as unknown[]).map(inWords));
    case 'const':
      return customMessage(parentSchema, 'errorMessage') ?? `must be ${inWords(params.allowedValue)}`;
    case 'not':
      return customMessage(parentSchema, 'errorMessage') ?? 'must not match a schema that is excluded here';
    case 'pattern':
      return customMessage(parentSchema, 'patternErrorMessage') ?? `must match the pattern ${params.pattern}`;
    case 'format':
      return `must be in the format "${params.format}"`;
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return `must be ${COMPARISONS[comparison ?? ''] ?? comparison} ${limit}, got ${String(data)}`;
    case 'minLength':
      return limit === 1 ? NOT_EMPTY : `must have at least ${count(limit, 'character')}`;
    case 'maxLength': // counted like in Ajv
      return `${mustHaveAtMost(limit!, 'character')}, got ${Array.from(String(data)).length}`;
    case 'minItems':
      return `must have at least ${count(limit, 'item')}`;
    case 'maxItems':
      return mustHaveAtMost(limit!, 'item');
    case 'minProperties':
      return `must have at least ${count(limit, 'key')}`;
    case 'maxProperties':
      return mustHaveAtMost(limit!, 'key');
    case 'uniqueItems':
      return `must not repeat an item, but items ${params.j} and ${params.i} are equal`;
    case 'false schema':
      return 'is not allowed here';
    default:
      return message!; // Ajv omits it only on request
  }
}

function count(limit: number | undefined, what: string): string {
  return `${limit} ${what}${limit === 1 ? '' : 's'}`;
}

const COMPARISONS: Readonly<Record<string, string>> = {
  '>=': 'at least',
  '<=': 'at most',
  '>': 'greater than',
  '<': 'less than',
};

const KINDS: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'a list',
  string: 'a string',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'null',
};

/** A message from the schema. Editors know its keywords, so they show the same message. */
function customMessage(schema: ErrorObject['parentSchema'], keyword: string): string | undefined {
  const message: unknown = schema?.[keyword];
  return typeof message === 'string' ? message : undefined;
}

function expectedKind(type: string | readonly string[]): string {
  return [type]
    .flat()
    .map((kind) => KINDS[kind] ?? kind)
    .join(' or ');
}

function inWords(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
