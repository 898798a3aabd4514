/** Node lets a timer for longer than this fire at once; in whole seconds, as templates have it. About 24.8 days. */
export const LONGEST_TIMER_MS = 2_147_483_000;

/** For waits that may be longer: who wakes too early looks, and waits again. */
export function timerMs(waitMs: number): number {
  return Math.min(waitMs, LONGEST_TIMER_MS);
}
