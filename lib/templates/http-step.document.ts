import type { JsonObject, JsonValue } from '../workflow/json.js';

/** The prefix of the names of the engine's own handlers. */
export const BUILT_IN_PREFIX = 'tasker.';

/** The handler of the steps that have `http` instead of `handler`. */
export const HTTP_HANDLER = `${BUILT_IN_PREFIX}http`;

export const HTTP_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
/** The method of an HTTP step. */
export type HttpMethod = (typeof HTTP_METHODS)[number];

/** The rules for following redirects of requests that only read. */
export const REDIRECT_RULES = ['origin', 'any', 'none'] as const;
/** The redirects that an HTTP step follows. */
export type RedirectRule = (typeof REDIRECT_RULES)[number];

/** A value of a query. A list repeats its key. */
export type QueryValue = string | number | boolean | null | readonly (string | number | boolean)[];

/** The key `http` of a step. It is stored as the step's `handler_config`, so only its handler needs to know it. */
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

/** The request of an HTTP step in `defineTask`. Texts may contain `{{ placeholders }}` and `${VARIABLES}`. */
export interface HttpStepRequest {
  /** An absolute URL. Placeholders are percent-encoded, and must not be in the scheme or the host. */
  readonly url: string;
  /** @default 'GET' */
  readonly method?: HttpMethod;
  /** Added to the query of the URL. A list repeats its key; null omits it. @default {} */
  readonly query?: Readonly<Record<string, QueryValue>>;
  /** @default {} */
  readonly headers?: Readonly<Record<string, string | number | boolean>>;
  /** Sent as JSON. A text is sent unchanged if the header `content-type` names another type. @default no body */
  readonly body?: JsonValue;
  /** Statuses that count as success in addition to 2xx. @default [] */
  readonly acceptedStatuses?: readonly number[];
  /** Statuses that are retried in addition to 408, 425, 429 and 5xx. @default [] */
  readonly retryableStatuses?: readonly number[];
  /**
   * The redirects of GET and HEAD without a body to follow: those within the origin, any, or none.
   * @default 'origin'
   */
  readonly redirects?: RedirectRule;
  /** The header that carries the step's idempotency key, or false for none. @default 'Idempotency-Key' */
  readonly idempotencyHeader?: string | false;
}

/** The request with the keys of YAML. */
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
