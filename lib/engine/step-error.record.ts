import { PermanentError, RetryableError } from '../handlers/step.errors.js';
import { findJsonFault, storableText } from '../workflow/json.check.js';
import type { JsonObject } from '../workflow/json.js';
import { TaskerError } from '../workflow/tasker.error.js';

const MAX_MESSAGE_LENGTH = 4_000;
const MAX_STACK_LENGTH = 8_000;
const MAX_CONTEXT_LENGTH = 64_000;

/**
 * JSON text of what a step failed with: {message, code, class, permanent, context, stack}. Whatever was thrown, even what
 * is no error, gives a record that can be stored: a failure must not be lost because it was odd.
 */
export function describeError(thrown: unknown, permanent: boolean): string {
  return JSON.stringify({
    message: storableText(messageOf(thrown), MAX_MESSAGE_LENGTH),
    code: codeOf(thrown),
    class: storableText(classOf(thrown), 200),
    permanent,
    context: contextOf(thrown),
    stack: thrown instanceof Error && thrown.stack ? storableText(thrown.stack, MAX_STACK_LENGTH) : null,
  });
}

function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message || thrown.name;
  try {
    return typeof thrown === 'string' ? thrown : (JSON.stringify(thrown) ?? String(thrown));
  } catch {
    return 'something was thrown that has no text form';
  }
}

/** The handler's own code, that of ours, or that of Node and drivers (such as ECONNREFUSED). */
function codeOf(thrown: unknown): string | null {
  if (thrown instanceof PermanentError || thrown instanceof RetryableError) return thrown.stepCode;
  if (thrown instanceof TaskerError) return thrown.code.replace(/^TASKER_/, '');
  const { code } = (thrown ?? {}) as { code?: unknown };
  return typeof code === 'string' ? storableText(code, 100) : null;
}

function classOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.constructor.name : typeof thrown;
}

function contextOf(thrown: unknown): JsonObject {
  if (!(thrown instanceof PermanentError || thrown instanceof RetryableError)) return {};
  const fault = findJsonFault(thrown.context);
  if (fault) return { omitted: `the error's context holds ${fault.what} at "${fault.pointer}"` };
  const length = JSON.stringify(thrown.context).length;
  return length > MAX_CONTEXT_LENGTH ? { omitted: `the error's context has ${length} characters` } : thrown.context;
}
