import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';

/** The interval of the measuring timer while nothing delays it. The measured spans include it. */
const RESOLUTION_MS = 20;
const NANOSECONDS = 1_000_000;

/** Sums over the spans between the firings of the timer. */
interface Spans {
  readonly sum: number;
  readonly squares: number;
}

/** Measures how late the timers of this process fire. */
export class EventLoopDelay {
  private readonly histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  private before: Spans = { sum: 0, squares: 0 };

  start(): void {
    this.histogram.enable();
    this.before = this.spans();
  }

  stop(): void {
    this.histogram.disable();
  }

  /**
   * The delay since the previous call, in milliseconds. Never resets the histogram: a reset forgets when the timer
   * fired last, so a pause directly after it would be lost.
   */
  take(): number {
    const now = this.spans();
    const { before } = this;
    this.before = now;
    return delayMs({ sum: now.sum - before.sum, squares: now.squares - before.squares });
  }

  private spans(): Spans {
    const { count } = this.histogram;
    if (count === 0) return { sum: 0, squares: 0 }; // the mean of no samples is NaN
    const mean = this.histogram.mean / NANOSECONDS;
    const deviation = this.histogram.stddev / NANOSECONDS;
    return { sum: count * mean, squares: count * (mean ** 2 + deviation ** 2) };
  }
}

/**
 * The delay of a timer that is due at a random moment. The plain mean would hide pauses: a pause of half a second is
 * one sample among 25, although half of all moments are in it. So each span is weighted by its length.
 */
export function delayMs({ sum, squares }: Spans): number {
  return sum > 0 ? Math.max(0, squares / sum - RESOLUTION_MS) : 0;
}
