import type { JsonObject } from '../workflow/json.js';
import { escapeControls } from '../workflow/log.text.js';
import type { ReceivedResponse } from './http.client.js';
import { retryAfterSeconds } from './retry-after.js';
import { PermanentError, RetryableError } from './step.errors.js';

export type StatusOutcome = 'success' | 'retry' | 'retry_when_told' | 'permanent';

/** The length of a body in errors: enough for the message of a server, whose log has the rest. */
const EXCERPT_LENGTH = 2_000;
/** Headers that help to explain a failure and contain nothing secret. */
const TELLING_HEADERS = ['content-type', 'date', 'retry-after', 'x-request-id', 'x-correlation-id', 'traceparent'];

/**
 * Converts a status to the outcome of a step. A 4xx status is permanent, because another attempt would fail in the same
 * way, except for 408, 425, 429 and the statuses that the step declares retryable. Redirects are included only if they
 * were not followed.
 */
export function outcomeOf(
  status: number,
  acceptedStatuses: readonly number[] = [],
  retryableStatuses: readonly number[] = [],
): StatusOutcome {
  if ((status >= 200 && status <= 299) || acceptedStatuses.includes(status)) return 'success';
  if (status === 429 || status === 503 || retryableStatuses.includes(status)) return 'retry_when_told';
  if (status === 408 || status === 425 || (status >= 500 && status <= 599)) return 'retry';
  return 'permanent';
}

/** The error that the step fails with, or null if the status is a success. */
export function statusError(
  method: string,
  response: ReceivedResponse,
  acceptedStatuses: readonly number[],
  retryableStatuses: readonly number[] = [],
): PermanentError | RetryableError | null {
  const outcome = outcomeOf(response.status, acceptedStatuses, retryableStatuses);
  if (outcome === 'success') return null;
  const message = `${method} ${response.url} answered ${response.status}${remarkOn(response)}`;
  const details = { code: `HTTP_${response.status}`, context: factsOf(method, response) };
  if (outcome === 'permanent') return new PermanentError(message, details);
  const retryAfter = outcome === 'retry_when_told' ? retryAfterSeconds(response.headers['retry-after']) : null;
  return new RetryableError(message, { ...details, ...(retryAfter !== null && { retryAfter }) });
}

/** The parts of an answer that an error keeps. Of the request, only method and URL: the rest may be secret. */
export function factsOf(method: string, response: ReceivedResponse): JsonObject {
  const { status, url, headers } = response;
  const telling = Object.entries(headers)
    .filter(([name]) => TELLING_HEADERS.includes(name))
    .map(([name, value]) => [name, escapeControls(value)] as const);
  return { method, url, status, headers: Object.fromEntries(telling), body: excerptOf(response) };
}

function remarkOn(response: ReceivedResponse): string {
  const { undecodable, refusedRedirect } = response;
  if (refusedRedirect !== null)
    return `, a redirect to another origin, ${refusedRedirect}; "redirects: any" would follow it`;
  if (undecodable !== null) return `; its body cannot be decoded: ${escapeControls(undecodable)}`;
  const excerpt = excerptOf(response);
  return excerpt && `: ${excerpt}`;
}

/** Escapes the text, which comes from outside, so that it cannot harm a log or terminal that shows the error. */
function excerptOf({ text }: ReceivedResponse): string {
  return escapeControls(text.slice(0, EXCERPT_LENGTH));
}
