import { requestKeyFault, requestKeyOf, type RequestKey } from '../api/request.key.js';
import { startOptionsFor } from '../api/start.access.js';
import type { Grant } from '../auth/grant.js';
import type { StartOptions } from '../engine/tasks/task.request.js';
import { InvalidHeaderError } from './rest.errors.js';

export const IDEMPOTENCY_HEADER = 'Idempotency-Key';

/**
 * The idempotency key of a request, with its owner; null if it has none. The same key of two users counts as two keys.
 * @throws InvalidHeaderError
 */
export function idempotencyKeyOf(request: unknown): RequestKey | null {
  const { headers = {} } = request as { headers?: Readonly<Record<string, unknown>> };
  const key = headers[IDEMPOTENCY_HEADER.toLowerCase()];
  if (key === undefined) return null;
  const fault = requestKeyFault(key);
  if (fault !== null) throw new InvalidHeaderError(IDEMPOTENCY_HEADER, fault);
  return requestKeyOf(request, key as string);
}

/** The options of a start. If the process dies between the start and its answer, a repetition finds the tasks. */
export function startOptionsOf(request: unknown, grant: Grant): StartOptions {
  return startOptionsFor(grant, idempotencyKeyOf(request));
}
