import { types } from 'node:util';
import { PermanentError, RetryableError } from '../../handlers/step.errors.js';
import { findJsonFault, storableText } from '../../workflow/json.check.js';
import type { JsonObject } from '../../workflow/json.js';
import type { StepErrorCause } from '../../workflow/step-failure.js';
import { TaskerError } from '../../workflow/tasker.error.js';

const MAX_MESSAGE_LENGTH = 4_000;
const MAX_CODE_LENGTH = 100;
const MAX_CLASS_LENGTH = 200;
const MAX_STACK_LENGTH = 8_000;
const MAX_CONTEXT_LENGTH = 64_000;

/** Limits of causes: depth, number within an `AggregateError`, total number, length of each message. */
const MAX_DEPTH = 5;
const MAX_ERRORS = 5;
const MAX_CAUSES = 20;
const MAX_CAUSE_LENGTH = 1_000;

/**
 * The failure of a step as JSON: {message, code, class, permanent, context, stack}, and {cause, errors} if there are
 * any, each {message, code, class, cause, errors}. Any thrown value gives a record that can be stored, even one that is
 * not an error or that throws when its properties are read: no failure may get lost.
 */
export function describeError(thrown: unknown, permanent: boolean): string {
  const causes = new CauseReader().of(thrown);
  return JSON.stringify({
    message: describeMessage(thrown),
    code: describeCode(thrown) ?? codeAmong(causes),
    class: describeClass(thrown),
    permanent,
    context: contextOf(thrown),
    stack: textOf(() => (thrown as Partial<Error> | null | undefined)?.stack, MAX_STACK_LENGTH),
    ...causes,
  });
}

/** The message of a thrown value, as text that can be stored. */
export function describeMessage(thrown: unknown, maxLength = MAX_MESSAGE_LENGTH): string {
  return textOf(() => messageOf(thrown), maxLength) ?? 'a thrown value that cannot be converted to a string';
}

/** True if a handler threw an error class of this package. Even `instanceof` throws for a revoked proxy. */
export function isStepError(thrown: unknown): thrown is PermanentError | RetryableError {
  try {
    return thrown instanceof PermanentError || thrown instanceof RetryableError;
  } catch {
    return false;
  }
}

type Causes = Pick<StepErrorCause, 'cause' | 'errors'>;

/** Reads the causes of an error. A value that is not an error has only a message. */
class CauseReader {
  private left = MAX_CAUSES;

  of(thrown: unknown, depth = MAX_DEPTH): Causes {
    if (depth === 0) return {};
    const cause = this.read(causeOf(thrown), depth);
    const errors = errorsOf(thrown).flatMap((error) => this.read(error, depth) ?? []);
    return { ...(cause && { cause }), ...(errors.length > 0 && { errors }) };
  }

  private read(thrown: unknown, depth: number): StepErrorCause | undefined {
    if (thrown === undefined || thrown === null || this.left === 0) return undefined;
    this.left--;
    const message = describeMessage(thrown, MAX_CAUSE_LENGTH);
    const causes = this.of(thrown, depth - 1);
    return { message, code: describeCode(thrown) ?? codeAmong(causes), class: describeClass(thrown), ...causes };
  }
}

function causeOf(thrown: unknown): unknown {
  return safely(() => (isError(thrown) ? thrown.cause : undefined));
}

/** The errors of an `AggregateError`, or of a similar class. */
function errorsOf(thrown: unknown): readonly unknown[] {
  const errors = safely(() => (isError(thrown) ? (thrown as { errors?: unknown }).errors : undefined));
  return Array.isArray(errors) ? errors.slice(0, MAX_ERRORS).filter((error) => safely(() => isError(error))) : [];
}

/** The first code among the causes: `fetch` gives the reason of a failure only there. */
function codeAmong({ cause, errors = [] }: Causes): string | null {
  return cause?.code ?? errors.find(({ code }) => code !== null)?.code ?? null;
}

function describeCode(thrown: unknown): string | null {
  return textOf(() => codeOf(thrown), MAX_CODE_LENGTH);
}

function describeClass(thrown: unknown): string {
  return textOf(() => classOf(thrown), MAX_CLASS_LENGTH) ?? typeof thrown;
}

function safely<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
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
  if (isHttpException(thrown)) return httpMessageOf(thrown);
  if (isError(thrown)) return thrown.message || thrown.name;
  if (typeof thrown === 'string') return thrown;
  const json: unknown = JSON.stringify(thrown); // undefined for undefined, a function, a symbol
  return json ?? String(thrown);
}

/** The code of the handler, of this package, or of Node and drivers (such as ECONNREFUSED). */
function codeOf(thrown: unknown): unknown {
  if (isStepError(thrown)) return thrown.stepCode;
  if (thrown instanceof TaskerError) return thrown.code.replace(/^TASKER_/, '');
  return (thrown as { code?: unknown } | null | undefined)?.code;
}

function classOf(thrown: unknown): unknown {
  return isError(thrown) ? thrown.constructor.name : typeof thrown;
}

/** True also for errors of another realm: Node's own errors, if the host's code runs in a `vm`, as under Jest. */
function isError(thrown: unknown): thrown is Error {
  return thrown instanceof Error || types.isNativeError(thrown);
}

/** The members of Nest's own exceptions, regardless of the copy of Nest that made them. */
interface HttpExceptionLike extends Error {
  getStatus(): unknown;
  getResponse(): unknown;
}

function isHttpException(thrown: unknown): thrown is HttpExceptionLike {
  if (!isError(thrown)) return false;
  const { getStatus, getResponse } = thrown as Partial<HttpExceptionLike>;
  return typeof getStatus === 'function' && typeof getResponse === 'function';
}

/** The details are in the response: after a failed validation, a text for each problem. */
function httpMessageOf(exception: HttpExceptionLike): string {
  const response = exception.getResponse();
  const said =
    typeof response === 'object' && response !== null ? (response as { message?: unknown }).message : response;
  const texts = [said].flat().filter((text) => typeof text === 'string' && text !== '');
  return texts.join('; ') || exception.message || exception.name;
}

function contextOf(thrown: unknown): JsonObject {
  if (isStepError(thrown)) return storableContext(() => thrown.context);
  const exception = safely(() => (isHttpException(thrown) ? thrown : undefined));
  return exception ? storableContext(() => ({ status: exception.getStatus(), response: exception.getResponse() })) : {};
}

/** Values such as a Date are stored in their JSON form, because the context is for people. */
function storableContext(ask: () => unknown): JsonObject {
  const omitted = (why: string): JsonObject => ({ omitted: `the error's context ${why}` });
  try {
    const context = ask();
    const fault = findJsonFault(context, 'own');
    if (fault) return omitted(`holds ${fault.what} at "${fault.pointer}"`);
    const text = JSON.stringify(context);
    if (text.length > MAX_CONTEXT_LENGTH) return omitted(`has ${text.length} characters`);
    const plain = JSON.parse(text) as JsonObject;
    return findJsonFault(plain) ? omitted('holds text that cannot be stored') : plain; // made by a toJSON
  } catch {
    return omitted('throws when it is read');
  }
}
