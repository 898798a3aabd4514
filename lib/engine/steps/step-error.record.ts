import { types } from 'node:util';
import { PermanentError, RetryableError } from '../../handlers/step.errors.js';
import { findJsonFault, storableText } from '../../workflow/json.check.js';
import type { JsonObject } from '../../workflow/json.js';
import { TaskerError } from '../../workflow/tasker.error.js';

const MAX_MESSAGE_LENGTH = 4_000;
const MAX_CODE_LENGTH = 100;
const MAX_CLASS_LENGTH = 200;
const MAX_STACK_LENGTH = 8_000;
const MAX_CONTEXT_LENGTH = 64_000;

/**
 * JSON text of what a step failed with: {message, code, class, permanent, context, stack}. Whatever was thrown, even what
 * is no error or throws when it is looked at, gives a record that can be stored: a failure must not be lost because it
 * was odd.
 */
export function describeError(thrown: unknown, permanent: boolean): string {
  return JSON.stringify({
    message: describeMessage(thrown),
    code: textOf(() => codeOf(thrown), MAX_CODE_LENGTH),
    class: textOf(() => classOf(thrown), MAX_CLASS_LENGTH) ?? typeof thrown,
    permanent,
    context: isStepError(thrown) ? contextOf(thrown) : {},
    stack: textOf(() => (thrown as Partial<Error> | null | undefined)?.stack, MAX_STACK_LENGTH),
  });
}

/** What a thrown value says, as text that can be stored. */
export function describeMessage(thrown: unknown): string {
  return textOf(() => messageOf(thrown), MAX_MESSAGE_LENGTH) ?? 'something was thrown that has no text form';
}

/** Whether a handler chose one of our classes; a revoked proxy throws even when asked that. */
export function isStepError(thrown: unknown): thrown is PermanentError | RetryableError {
  try {
    return thrown instanceof PermanentError || thrown instanceof RetryableError;
  } catch {
    return false;
  }
}

function textOf(ask: () => unknown, maxLength: number): string | null {
  try {
    const answer = ask();
    return typeof answer === 'string' ? storableText(answer, maxLength) : null;
  } catch {
    return null;
  }
}

function messageOf(thrown: unknown): unknown {
  if (isError(thrown)) return thrown.message || thrown.name;
  if (typeof thrown === 'string') return thrown;
  const json: unknown = JSON.stringify(thrown); // undefined for undefined, a function, a symbol
  return json ?? String(thrown);
}

/** The handler's own code, that of ours, or that of Node and drivers (such as ECONNREFUSED). */
function codeOf(thrown: unknown): unknown {
  if (isStepError(thrown)) return thrown.stepCode;
  if (thrown instanceof TaskerError) return thrown.code.replace(/^TASKER_/, '');
  return (thrown as { code?: unknown } | null | undefined)?.code;
}

function classOf(thrown: unknown): unknown {
  return isError(thrown) ? thrown.constructor.name : typeof thrown;
}

/** Also those of another realm, where Node itself threw while the host's code runs in a `vm`, as under Jest. */
function isError(thrown: unknown): thrown is Error {
  return thrown instanceof Error || types.isNativeError(thrown);
}

function contextOf({ context }: PermanentError | RetryableError): JsonObject {
  const omitted = (why: string): JsonObject => ({ omitted: `the error's context ${why}` });
  try {
    const fault = findJsonFault(context);
    if (fault) return omitted(`holds ${fault.what} at "${fault.pointer}"`);
    const text = JSON.stringify(context);
    if (text.length > MAX_CONTEXT_LENGTH) return omitted(`has ${text.length} characters`);
    const plain = JSON.parse(text) as JsonObject;
    return findJsonFault(plain) ? omitted('holds text that cannot be stored') : plain; // from a toJSON
  } catch {
    return omitted('throws when it is read');
  }
}
