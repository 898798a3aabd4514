import { describe, expect, it } from '@jest/globals';
import { LONGEST_TIMER_MS, timerMs } from '../../../lib/workflow/timer.limit.js';

describe('the time of a timer', () => {
  it('is the wait, as long as Node can wait', () => {
    expect(timerMs(0)).toBe(0);
    expect(timerMs(1_500)).toBe(1_500);
    expect(timerMs(LONGEST_TIMER_MS + 1_000)).toBe(LONGEST_TIMER_MS);
  });
});
