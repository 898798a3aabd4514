/** How long a failed step waits before its next attempt. */
export interface BackoffPolicy {
  /** Seconds before the second attempt. */
  readonly baseSeconds: number;
  /** Each further wait is this many times the one before. 1 makes all waits equal. */
  readonly factor: number;
  /** No wait is longer, whether calculated or asked for by the handler (`retryAfter`). Seconds. */
  readonly maxSeconds: number;
  /** Share of the wait, 0 to 1, by which it is moved at random in either direction, so that failures do not return in step. */
  readonly jitter: number;
}

/**
 * The wait after failed attempt number `attempt` (1 for the first): `baseSeconds × factor^(attempt − 1)`, capped at
 * `maxSeconds`, then moved by up to ±`jitter`, and capped again. The exponent is clamped by the cap itself: any attempt,
 * however large, gives a finite answer.
 *
 * @param random a number in [0, 1); injected so that tests are exact
 */
export function backoffSeconds(policy: BackoffPolicy, attempt: number, random: () => number = Math.random): number {
  if (attempt <= 0 || policy.baseSeconds === 0) return 0; // 0 × ∞, which a large attempt leads to, is not a number
  const plain = Math.min(policy.baseSeconds * policy.factor ** (attempt - 1), policy.maxSeconds);
  const moved = plain * (1 + policy.jitter * (2 * random() - 1));
  return Math.min(Math.max(moved, 0), policy.maxSeconds);
}

/** The wait that a handler asked for, bounded by the policy's cap; nonsense (negative, not finite) is ignored. */
export function requestedBackoffSeconds(policy: BackoffPolicy, retryAfter: number | undefined): number | undefined {
  if (retryAfter === undefined || !Number.isFinite(retryAfter) || retryAfter < 0) return undefined;
  return Math.min(retryAfter, policy.maxSeconds);
}
