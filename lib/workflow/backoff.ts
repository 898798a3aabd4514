/** How long a failed step waits before its next attempt. */
export interface BackoffPolicy {
  /** The wait before the second attempt, in seconds. */
  readonly baseSeconds: number;
  /** Each further wait is the one before, multiplied by this factor. With 1, all waits are equal. */
  readonly factor: number;
  /** The longest wait, whether calculated or requested by the handler (`retryAfter`), in seconds. */
  readonly maxSeconds: number;
  /**
   * The fraction of the wait, from 0 to 1, by which it is randomly shortened or lengthened, so that retries do not
   * coincide.
   */
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
  if (attempt <= 0 || policy.baseSeconds === 0) return 0; // a large attempt would give 0 × ∞, which is not a number
  const plain = Math.min(policy.baseSeconds * policy.factor ** (attempt - 1), policy.maxSeconds);
  const moved = plain * (1 + policy.jitter * (2 * random() - 1));
  return Math.min(Math.max(moved, 0), policy.maxSeconds);
}

/** The wait that a handler requested, capped by the policy. Negative and infinite values are ignored. */
export function requestedBackoffSeconds(policy: BackoffPolicy, retryAfter: number | undefined): number | undefined {
  if (retryAfter === undefined || !Number.isFinite(retryAfter) || retryAfter < 0) return undefined;
  return Math.min(retryAfter, policy.maxSeconds);
}
