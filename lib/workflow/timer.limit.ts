/**
 * The longest time of a timer, about 24.8 days, in whole seconds as in templates. Node fires a longer timer at once.
 */
export const LONGEST_TIMER_MS = 2_147_483_000;

/** Shortens a wait to the limit of timers. The caller wakes early, checks and waits again. */
export function timerMs(waitMs: number): number {
  return Math.min(waitMs, LONGEST_TIMER_MS);
}
