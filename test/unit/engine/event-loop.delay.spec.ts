import { describe, expect, it } from '@jest/globals';
import { delayMs, EventLoopDelay } from '../../../lib/engine/steps/event-loop.delay.js';

/** From the spans between firings of a timer, in milliseconds. */
function delayOf(...spans: readonly number[]): number {
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  return delayMs({ sum: total(spans), squares: total(spans.map((span) => span ** 2)) });
}

const quiet = (count: number): number[] => Array.from({ length: count }, () => 20);

function blockFor(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Due later than the watching timer, so that it has fired by then; after a pause both are overdue. */
const watched = () => new Promise((resolve) => setTimeout(resolve, 30));

describe('the delay of the event loop', () => {
  it('is none while timers fire when they are due, and while nothing was measured', () => {
    expect(delayOf(...quiet(50))).toBe(0);
    expect(delayOf()).toBe(0);
    expect(new EventLoopDelay().take()).toBe(0);
  });

  it('is how late they fire when that is always the same', () => {
    expect(delayOf(90, 90, 90)).toBe(70);
  });

  it('shows one long pause among many firings on time, which the mean would hide', () => {
    expect(delayOf(520, ...quiet(25))).toBeGreaterThan(200);
  });

  it('does not mind a short one, such as the garbage collector makes', () => {
    expect(delayOf(80, ...quiet(46))).toBeLessThan(10);
  });

  it('shows pauses that follow each other at once', async () => {
    const delay = new EventLoopDelay();
    delay.start();
    const delays: number[] = [];
    for (let pause = 0; pause < 5; pause++) {
      blockFor(100);
      await watched();
      delays.push(delay.take());
    }
    delay.stop();
    // From the first firing on. On a busy machine a pause may be counted with the next one, but it is not lost.
    expect(Math.max(...delays.slice(1))).toBeGreaterThan(50);
  });
});
