/** The load of a process since the previous sample. */
export interface LoadSample {
  /** The delay of a timer that is due at a random moment. */
  readonly eventLoopDelayMs: number;
  /** The wait for a connection of the pool. */
  readonly connectionWaitMs: number;
  /** Whether the limit was reached, so that a higher limit would have let more steps run. */
  readonly isSaturated: boolean;
}

export interface ConcurrencyRange {
  readonly min: number;
  readonly max: number;
}

/** With timers this late, handlers delay each other, and each answer of the host is delayed by the same time. */
export const MAX_EVENT_LOOP_DELAY_MS = 50;
/**
 * The time of about twenty short statements. If the wait for a connection is longer, the pool is too small for its
 * users.
 */
export const MAX_CONNECTION_WAIT_MS = 50;
/**
 * The fraction of the range that one sample without overload adds, so that it takes ten samples to reach the maximum.
 */
const INCREASE = 0.1;
const DECREASE = 0.7;

/**
 * The next limit of concurrent steps, by additive increase and multiplicative decrease, as in TCP. It decreases as soon
 * as the event loop or the pool is overloaded, and increases only if the present limit was reached.
 */
export function nextConcurrency(limit: number, load: LoadSample, { min, max }: ConcurrencyRange): number {
  if (isOverloaded(load)) return Math.max(min, Math.floor(limit * DECREASE));
  if (!load.isSaturated) return limit;
  return Math.min(max, limit + Math.max(1, Math.round((max - min) * INCREASE)));
}

function isOverloaded({ eventLoopDelayMs, connectionWaitMs }: LoadSample): boolean {
  return eventLoopDelayMs > MAX_EVENT_LOOP_DELAY_MS || connectionWaitMs > MAX_CONNECTION_WAIT_MS;
}
