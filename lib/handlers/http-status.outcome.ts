import type { JsonObject } from '../workflow/json.js';
import { escapeControls } from '../workflow/log.text.js';
import type { ReceivedResponse } from './http.client.js';
import { retryAfterSeconds } from './retry-after.js';
import { PermanentError, RetryableError } from './step.errors.js';

export type StatusOutcome = 'success' | 'retry' | 'retry_when_told' | 'permanent';

/** Of a body, in errors. Enough for the message of a server; the rest is in that server's log. */
const EXCERPT_LENGTH = 2_000;
/** Headers that say something about a failure and nothing that is secret. */
const TELLING_HEADERS = ['content-type', 'date', 'retry-after', 'x-request-id', 'x-correlation-id', 'traceparent'];

/**
 * What a status means for a step. 4xx is the caller's fault, which another attempt would only repeat, except for a server
 * that was too slow (408), too early (425) or too busy (429), and for what the step says. Redirects come here only when they were not followed.
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

/** What the step fails with, or null when the status is a success. */
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

/** What an error keeps of an answer. Nothing of the request but its method and URL: the rest may be secret. */
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

/** Foreign text, which must not do anything to a log or a terminal that shows the error. */
function excerptOf({ text }: ReceivedResponse): string {
  return escapeControls(text.slice(0, EXCERPT_LENGTH));
}
