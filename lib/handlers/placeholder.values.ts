import { hasFixedHost, originOf } from '../templates/http-url.js';
import { parsePlaceholders, type Placeholder } from '../templates/placeholder.js';
import type { JsonValue } from '../workflow/json.js';
import { invalidRequest } from './http.request.js';
import type { StepContext } from './step-handler.contract.js';
import { PermanentError } from './step.errors.js';

/**
 * Replaces the placeholders in all texts of a value. A text that is a single placeholder becomes the value itself, of
 * any type.
 */
export function fillIn(value: JsonValue, context: StepContext, place: string): JsonValue {
  if (typeof value === 'string') return fillText(value, context, place);
  if (Array.isArray(value)) return value.map((item: JsonValue, index) => fillIn(item, context, `${place}[${index}]`));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, fillIn(item, context, `${place}.${key}`)]),
  );
}

/**
 * Replaces the placeholders of a URL with percent-encoded texts, which can neither leave their segment nor make it
 * empty.
 */
export function fillUrl(url: string, context: StepContext): string {
  const parts = partsOf(url, 'url');
  if (parts.every((part) => typeof part === 'string')) return parts.join('');
  const start = typeof parts[0] === 'string' ? parts[0] : '';
  const filled = parts.map((part) => (typeof part === 'string' ? part : encodedValue(part, context))).join('');
  if (!hasFixedHost(start) || originOf(start) === null || originOf(start) !== originOf(filled)) {
    throw invalidRequest('the URL has placeholders before its path, or a variable before them is empty');
  }
  const [path] = filled.split(/[?#]/, 1);
  if (path!.split('/').some((segment) => /^(\.|%2e){1,2}$/i.test(segment))) {
    throw invalidRequest('a segment of the path of the URL is "." or "..", which would change the path');
  }
  return filled;
}

function encodedValue(placeholder: Placeholder, context: StepContext): string {
  const text = textOf(placeholder, context, 'url');
  if (text === '') throw unfit(placeholder, 'url', 'is empty');
  return encodeURIComponent(text);
}

function fillText(text: string, context: StepContext, place: string): JsonValue {
  const parts = partsOf(text, place);
  const [first] = parts;
  if (parts.length === 1 && typeof first === 'object') return valueOf(first, context, place);
  return parts.map((part) => (typeof part === 'string' ? part : textOf(part, context, place))).join('');
}

/** Faults of the template are found when it is loaded. A fault here came with a variable, which may be secret. */
function partsOf(text: string, place: string): readonly (string | Placeholder)[] {
  const { parts, faults } = parsePlaceholders(text);
  if (faults.length > 0)
    throw invalidRequest(`the string at ${place} has a malformed placeholder, possibly from a variable`);
  return parts;
}

function textOf(placeholder: Placeholder, context: StepContext, place: string): string {
  const value = valueOf(placeholder, context, place);
  if (typeof value === 'object') {
    throw unfit(placeholder, place, `is ${describe(value)}, which cannot be part of a string`);
  }
  return String(value);
}

function describe(value: object | null): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : 'an object';
}

function valueOf(placeholder: Placeholder, context: StepContext, place: string): JsonValue {
  const value = placeholder.path.reduce<JsonValue | undefined>(member, rootOf(placeholder, context));
  if (value === undefined) throw unfit(placeholder, place, 'has no value');
  return value;
}

function rootOf({ root }: Placeholder, { task, step, results, idempotencyKey }: StepContext): JsonValue {
  switch (root) {
    case 'context':
      return task.context;
    case 'results':
      return results;
    case 'task.id':
      return task.id;
    case 'step.name':
      return step.name;
    case 'idempotency_key':
      return idempotencyKey;
  }
}

function member(value: JsonValue | undefined, key: string): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  if (Array.isArray(value) && !/^\d+$/.test(key)) return undefined;
  return (value as Readonly<Record<string, JsonValue>>)[key];
}

function unfit({ source }: Placeholder, place: string, what: string): PermanentError {
  return new PermanentError(`${source} at ${place} ${what}`, {
    code: 'HTTP_MISSING_VALUE',
    context: { placeholder: source, place },
  });
}
