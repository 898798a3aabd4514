/** The load of a process since the previous sample. */
export interface LoadSample {
  /** Delay of a timer that was due at a random moment. */
  readonly eventLoopDelayMs: number;
  /** Wait for a connection of the pool. */
  readonly connectionWaitMs: number;
  /** At some moment as many steps ran as were allowed, so more could have. */
  readonly isSaturated: boolean;
}

export interface ConcurrencyRange {
  readonly min: number;
  readonly max: number;
}

/** Timers a twentieth of a second late: handlers then hinder each other, and every answer of the host comes that much later. */
export const MAX_EVENT_LOOP_DELAY_MS = 50;
/** A wait for a connection as long as some twenty short statements take: there are more askers than connections. */
export const MAX_CONNECTION_WAIT_MS = 50;
/** Share of the range that one quiet moment adds, so that the whole takes ten of them. */
const INCREASE = 0.1;
const DECREASE = 0.7;

/**
 * The next limit of steps at the same time: additive increase, multiplicative decrease, as TCP finds its share of a line.
 * Down as soon as the event loop or the pool is overloaded; up only while the present limit is what holds the process back.
 */
export function nextConcurrency(limit: number, load: LoadSample, { min, max }: ConcurrencyRange): number {
  if (isOverloaded(load)) return Math.max(min, Math.floor(limit * DECREASE));
  if (!load.isSaturated) return limit;
  return Math.min(max, limit + Math.max(1, Math.round((max - min) * INCREASE)));
}

function isOverloaded({ eventLoopDelayMs, connectionWaitMs }: LoadSample): boolean {
  return eventLoopDelayMs > MAX_EVENT_LOOP_DELAY_MS || connectionWaitMs > MAX_CONNECTION_WAIT_MS;
}
