import type { RateLimit, RateLimitOptions } from '../options/rate-limit.options.js';
import type { Hits } from './hit.counter.js';

/** What is left of a limit of the option `rateLimits`. */
export interface Quota extends RateLimit {
  readonly name: keyof RateLimitOptions;
  readonly remaining: number;
  readonly endsInSeconds: number;
}

export function quotaOf(name: Quota['name'], { limit, seconds }: RateLimit, { hits, endsInMs }: Hits): Quota {
  // Rounded first, because the difference of two instants can be a fraction more than it should be.
  const endsInSeconds = Math.max(1, Math.ceil(Math.round(endsInMs) / 1_000));
  return { name, limit, seconds, remaining: Math.max(0, limit - hits), endsInSeconds };
}

/** By request, for the headers of its answer. Weak, so that ended requests are not kept in memory. */
const quotas = new WeakMap<object, Quota>();

export function rememberQuota(request: unknown, quota: Quota): void {
  if (typeof request === 'object' && request !== null) quotas.set(request, quota);
}

/**
 * The headers that tell the caller about the limit (draft-ietf-httpapi-ratelimit-headers); none if it does not count the
 * request. `RateLimit` has the parameters `r` and `t` up to draft 11, which their successors are to replace by `a` and
 * `w`; recipients ignore those that they do not know.
 */
export function quotaHeaders(request: object): Readonly<Record<string, string>> {
  const quota = quotas.get(request);
  if (!quota) return {};
  const { name, limit, seconds, remaining: left, endsInSeconds: ends } = quota;
  return {
    'RateLimit-Policy': `"${name}";q=${limit};w=${seconds}`,
    RateLimit: `"${name}";r=${left};t=${ends};a=${left};w=${ends}`,
  };
}
