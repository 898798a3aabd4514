import { PermanentError, type JsonObject } from 'nestjs-tasker';

/**
 * Shapes what a step stores from the answer of an outside service.
 * @throws PermanentError `RESULT_PROCESSING_FAILED`, with the raw answer, when the answer cannot be read: the outside call
 *   has succeeded, and must not be made again because of what came back
 */
export function shapeResults<Results>(raw: object, shape: () => Results): Results {
  try {
    return shape();
  } catch (cause) {
    throw new PermanentError(`The answer could not be understood: ${messageOf(cause)}`, {
      code: 'RESULT_PROCESSING_FAILED',
      context: { raw_response: raw as JsonObject },
      cause,
    });
  }
}

/** A field that a successful answer always has. */
export function answered<T>(value: T | undefined, field: string): T {
  if (value === undefined || value === null) throw new TypeError(`it has no ${field}`);
  return value;
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
