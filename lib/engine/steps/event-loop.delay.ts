import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';

/** Time from one firing of the watching timer to the next while nothing is in its way; it is part of what is measured. */
const RESOLUTION_MS = 20;
const NANOSECONDS = 1_000_000;

/** Sums over the spans from one firing to the next. */
interface Spans {
  readonly sum: number;
  readonly squares: number;
}

/** Watches how late the timers of this process fire. */
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
   * The delay since this was last asked, in milliseconds. Never resets the histogram: that forgets when the timer fired last,
   * so the pause that follows at once would be lost, and all of them where one follows the other.
   */
  take(): number {
    const now = this.spans();
    const { before } = this;
    this.before = now;
    return delayMs({ sum: now.sum - before.sum, squares: now.squares - before.squares });
  }

  private spans(): Spans {
    const { count } = this.histogram;
    if (count === 0) return { sum: 0, squares: 0 }; // the mean of nothing is NaN
    const mean = this.histogram.mean / NANOSECONDS;
    const deviation = this.histogram.stddev / NANOSECONDS;
    return { sum: count * mean, squares: count * (mean ** 2 + deviation ** 2) };
  }
}

/**
 * The delay of a timer that was due at a random moment. The plain mean would hide pauses: one of half a second is a single sample
 * among 25, although half of all moments fall into it. So each span has its length as its weight.
 */
export function delayMs({ sum, squares }: Spans): number {
  return sum > 0 ? Math.max(0, squares / sum - RESOLUTION_MS) : 0;
}
