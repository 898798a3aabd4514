import type { HttpMethod, QueryValue, RedirectRule } from '../templates/http-step.document.js';
import { urlFault } from '../templates/http-url.js';
import { describeKind } from '../templates/json.copy.js';
import type { JsonValue } from '../workflow/json.js';
import { PermanentError } from './step.errors.js';

/** The request that a subclass of `HttpStepHandler` makes. */
export interface HttpRequest {
  /** An absolute URL, `http:` or `https:`. */
  readonly url: string | URL;
  /** @default 'GET' */
  readonly method?: HttpMethod;
  /** Added to the query of the URL, percent-encoded. A list repeats its key; null omits it. @default {} */
  readonly query?: Readonly<Record<string, QueryValue>>;
  /** Added to `accept` and `content-type: application/json`, which they may replace. @default {} */
  readonly headers?: Readonly<Record<string, string | number | boolean>>;
  /** Sent as JSON. Bytes, and a text with another `content-type`, are sent unchanged. @default no body */
  readonly body?: JsonValue | Uint8Array;
  /** Statuses that count as success in addition to 2xx. @default [] */
  readonly acceptedStatuses?: readonly number[];
  /**
   * Statuses that are retried in addition to 408, 425, 429 and 5xx, such as 404 for a resource that does not exist yet.
   * @default []
   */
  readonly retryableStatuses?: readonly number[];
  /**
   * The redirects of GET and HEAD without a body to follow: those within the origin, any, or none. Another origin
   * receives only the headers `accept`, `accept-encoding` and `user-agent`.
   * @default 'origin'
   */
  readonly redirects?: RedirectRule;
  /** The header that carries the step's idempotency key, or false for none. @default 'Idempotency-Key' */
  readonly idempotencyHeader?: string | false;
}

/** A request that is ready to be sent. */
export interface PreparedRequest {
  readonly method: HttpMethod;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
  readonly acceptedStatuses: readonly number[];
  readonly retryableStatuses: readonly number[];
  readonly redirects: RedirectRule;
}

/** @throws PermanentError if the request is invalid */
export function prepareRequest(request: HttpRequest, idempotencyKey: string): PreparedRequest {
  const {
    method = 'GET',
    body,
    acceptedStatuses = [],
    retryableStatuses = [],
    redirects = 'origin',
    idempotencyHeader = 'Idempotency-Key',
  } = request;
  const headers = new Headers({
    accept: 'application/json',
    'accept-encoding': 'identity',
    'user-agent': 'nestjs-tasker',
  });
  if (idempotencyHeader !== false) setHeader(headers, idempotencyHeader, idempotencyKey);
  if (body !== undefined) headers.set('content-type', contentTypeOf(body));
  for (const [name, value] of Object.entries(request.headers ?? {}))
    setHeader(headers, name, textOf(value, `headers.${name}`));
  return {
    method,
    url: urlOf(request),
    headers: Object.fromEntries(headers),
    body: bodyOf(body, headers.get('content-type') ?? ''),
    acceptedStatuses,
    retryableStatuses,
    redirects,
  };
}

export function invalidRequest(message: string, cause?: unknown): PermanentError {
  return new PermanentError(`The request cannot be made: ${message}`, { code: 'HTTP_INVALID_REQUEST', cause });
}

/** The URL without the values of its query, which may be secret. */
export function withoutQuery({ origin, pathname, search }: URL): string {
  return `${origin}${pathname}${search === '' ? '' : '?…'}`;
}

function contentTypeOf(body: JsonValue | Uint8Array): string {
  return body instanceof Uint8Array ? 'application/octet-stream' : 'application/json';
}

/** Errors do not quote the value, because it may be secret. */
function setHeader(headers: Headers, name: string, value: string): void {
  try {
    headers.set(name, value);
  } catch (error) {
    const { message } = error as Error;
    throw invalidRequest(
      message.includes('name') && !/^[\w!#$%&'*+.^`|~-]+$/.test(name)
        ? `"${name}" cannot be the name of a header`
        : `the header "${name}" has a value with characters that are not allowed in headers`,
    );
  }
}

function urlOf({ url, query = {} }: HttpRequest): URL {
  const fault = urlFault(String(url));
  if (fault !== null) throw invalidRequest(`the URL ${fault}`);
  const whole = new URL(url);
  const added = Object.entries(query).flatMap(([key, value]) =>
    (value === null ? [] : [value].flat()).map((item) => `${encode(key)}=${encode(textOf(item, `query.${key}`))}`),
  );
  if (added.length > 0) whole.search = [...(whole.search === '' ? [] : [whole.search.slice(1)]), ...added].join('&');
  return whole;
}

/** The value has not been checked, because a placeholder may stand for anything. */
function textOf(value: unknown, place: string): string {
  if (['string', 'number', 'boolean'].includes(typeof value)) return String(value);
  throw invalidRequest(`${place} must be a string, a number, true or false, got ${describeKind(value)}`);
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()); // without toWellFormed, half of a surrogate pair would throw
}

function bodyOf(body: JsonValue | Uint8Array | undefined, contentType: string): string | Uint8Array | null {
  if (body === undefined) return null;
  if (body instanceof Uint8Array) return body;
  if (isJson(contentType)) return JSON.stringify(body);
  if (typeof body === 'string') return body;
  throw invalidRequest(`a body with "content-type: ${contentType}" must be a string`);
}

/** Whether the type is `application/json` or based on it, such as `application/problem+json`. */
export function isJson(contentType: string): boolean {
  return /^[^;]*[/+]json\s*(;|$)/i.test(contentType);
}
