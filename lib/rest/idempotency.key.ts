import { callerOf } from '../auth/caller.js';
import type { StartOptions } from '../engine/tasks/task.request.js';
import { InvalidHeaderError } from './rest.errors.js';

export const IDEMPOTENCY_HEADER = 'Idempotency-Key';

/** Visible ASCII. */
const ACCEPTABLE = /^[\x21-\x7e]{1,255}$/;

/**
 * The idempotency key of a request, and whose it is; null when it has none. Keys of two users are two keys.
 * @throws InvalidHeaderError
 */
export function idempotencyKeyOf(request: unknown): { readonly caller: string; readonly key: string } | null {
  const { headers = {} } = request as { headers?: Readonly<Record<string, unknown>> };
  const key = headers[IDEMPOTENCY_HEADER.toLowerCase()];
  if (key === undefined) return null;
  if (typeof key !== 'string' || !ACCEPTABLE.test(key)) {
    throw new InvalidHeaderError(IDEMPOTENCY_HEADER, 'must have 1 to 255 visible characters of ASCII');
  }
  return { caller: callerOf(request)?.id ?? '', key };
}

/** For a start: should the process die between the start and its answer, a repetition finds what was started. */
export function startOptionsOf(request: unknown): StartOptions {
  const found = idempotencyKeyOf(request);
  return found ? { requestKey: JSON.stringify([found.caller, found.key]) } : {};
}
