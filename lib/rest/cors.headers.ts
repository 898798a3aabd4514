import { CORRELATION_HEADER } from '../auth/correlation.js';
import type { ResolvedOptions } from '../options/resolve.options.js';

export const ALLOW_ORIGIN = 'Access-Control-Allow-Origin';
/** The methods of all routes. */
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
/** The headers of answers that a script may read, in addition to those that every script may. */
const EXPOSED = [
  CORRELATION_HEADER,
  'ETag',
  'Idempotency-Replayed',
  'Link',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
].join(', ');

type Headers = Readonly<Record<string, string>>;
type RequestHeaders = Readonly<Record<string, unknown>>;
type Cors = ResolvedOptions['cors'];

/** Whether the browser only asks if it may send the request (https://fetch.spec.whatwg.org/#cors-preflight-fetch). */
export function isPreflight(method: string, headers: RequestHeaders): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

/** The headers that let a page of an allowed origin read the answer; null if the origin is not allowed. */
export function originHeaders({ origin }: RequestHeaders, { origins, credentials }: Cors): Headers | null {
  const isAny = origins.includes('*');
  if (typeof origin !== 'string' || !(isAny || origins.includes(origin))) return null;
  return {
    [ALLOW_ORIGIN]: isAny ? '*' : origin,
    'Access-Control-Expose-Headers': EXPOSED,
    ...(credentials && { 'Access-Control-Allow-Credentials': 'true' }),
  };
}

/**
 * The headers that permit a request. Every header of a request is permitted, because an authenticator of the host may
 * read any.
 */
export function preflightHeaders(headers: RequestHeaders, { maxAgeSeconds }: Cors): Headers {
  const wanted = headers['access-control-request-headers'];
  return {
    'Access-Control-Allow-Methods': METHODS,
    ...(typeof wanted === 'string' && { 'Access-Control-Allow-Headers': wanted }),
    'Access-Control-Max-Age': String(maxAgeSeconds),
  };
}

/** The header `Vary` of an answer that depends on further headers of the request. */
export function variedBy(before: string | readonly string[] | undefined, ...names: readonly string[]): string {
  const known = [before ?? []].flat().flatMap((each) => each.split(/\s*,\s*/));
  const added = names.filter(
    (name) => !known.some((each) => each === '*' || each.toLowerCase() === name.toLowerCase()),
  );
  return [...known, ...added].join(', ');
}
