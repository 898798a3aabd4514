import type { JsonObject, JsonValue } from '../workflow/json.js';

/** Names of handlers that begin like this are those of the engine's own. */
export const BUILT_IN_PREFIX = 'tasker.';

/** What runs the steps that say `http` instead of `handler`. */
export const HTTP_HANDLER = `${BUILT_IN_PREFIX}http`;

export const HTTP_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
/** A method of an HTTP step. */
export type HttpMethod = (typeof HTTP_METHODS)[number];

/** Which redirects a request that only reads follows. */
export const REDIRECT_RULES = ['origin', 'any', 'none'] as const;
/** Which redirects an HTTP step follows. */
export type RedirectRule = (typeof REDIRECT_RULES)[number];

/** A value of a query; a list repeats its key. */
export type QueryValue = string | number | boolean | null | readonly (string | number | boolean)[];

/** The key `http` of a step. It is stored as the step's `handler_config`, so that nothing but its handler need know it. */
export interface HttpDocument {
  readonly url: string;
  readonly method?: HttpMethod;
  readonly query?: Readonly<Record<string, QueryValue>>;
  readonly headers?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: JsonValue;
  readonly accepted_statuses?: readonly number[];
  readonly retryable_statuses?: readonly number[];
  readonly redirects?: RedirectRule;
  readonly idempotency_header?: string | false;
}

/** The request of an HTTP step in `defineTask`. Texts may hold `{{ placeholders }}` and `${VARIABLES}`. */
export interface HttpStepRequest {
  /** An absolute URL. Placeholders are percent-encoded, and may not stand in the scheme or the host. */
  readonly url: string;
  /** @default 'GET' */
  readonly method?: HttpMethod;
  /** Added to the query of the URL; a list repeats its key, null leaves it out. @default {} */
  readonly query?: Readonly<Record<string, QueryValue>>;
  /** @default {} */
  readonly headers?: Readonly<Record<string, string | number | boolean>>;
  /** Sent as JSON, or as it is when it is a text and the header `content-type` names something else. @default no body */
  readonly body?: JsonValue;
  /** Statuses that are a success besides 2xx. @default [] */
  readonly acceptedStatuses?: readonly number[];
  /** Statuses that are tried again besides 408, 425, 429 and 5xx. @default [] */
  readonly retryableStatuses?: readonly number[];
  /** Which redirects GET and HEAD without a body follow: within the origin, to anywhere, or none. @default 'origin' */
  readonly redirects?: RedirectRule;
  /** The header that carries the step's idempotency key, or false for none. @default 'Idempotency-Key' */
  readonly idempotencyHeader?: string | false;
}

/** The request in the words of YAML. */
export function httpDocument(asked: HttpStepRequest): JsonObject {
  const { acceptedStatuses, retryableStatuses, idempotencyHeader, ...request } = asked;
  const document = {
    ...request,
    accepted_statuses: acceptedStatuses,
    retryable_statuses: retryableStatuses,
    idempotency_header: idempotencyHeader,
  };
  return Object.fromEntries(Object.entries(document).filter(([, value]) => value !== undefined)) as JsonObject;
}
