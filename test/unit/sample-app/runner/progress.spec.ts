import { describe, expect, it } from '@jest/globals';
import { LineProgress } from '../../../../sample-app/runner/line.progress.js';
import { LiveProgress } from '../../../../sample-app/runner/live.progress.js';
import type { OrderProgress, StepProgress } from '../../../../sample-app/runner/order.progress.js';
import { STEPS } from '../../../../sample-app/stories/order.story.js';

function orderAt(
  elapsedMs: number,
  changes: Partial<Record<(typeof STEPS)[number], Partial<StepProgress>>>,
): OrderProgress {
  const steps = STEPS.map((name): StepProgress => {
    return { name, sight: 'pending', attempts: 0, retryLimit: 3, code: null, ...changes[name] };
  });
  return { title: 'an order', state: 'in_progress', elapsedMs, steps };
}

describe('progress in plain lines', () => {
  it('says each change once', () => {
    const lines: string[] = [];
    const display = new LineProgress((line) => lines.push(line.trim().replaceAll(/ +/g, ' ')));
    const first = orderAt(100, { validate_cart: { sight: 'running', attempts: 1 } });
    const second = orderAt(1_250, { validate_cart: { sight: 'waiting', attempts: 1, code: 'INSUFFICIENT_STOCK' } });
    const third = orderAt(2_000, { validate_cart: { sight: 'done', attempts: 2 } });
    for (const order of [first, first, second, second, third]) display.show([order]);
    expect(lines).toEqual([
      '0.1 s an order validate_cart running',
      '1.3 s an order validate_cart failed, will be tried again INSUFFICIENT_STOCK',
      '2.0 s an order validate_cart done (attempt 2 of 3)',
    ]);
  });
});

describe('progress on a terminal', () => {
  it('draws one line an order, and then draws over it', () => {
    const written: string[] = [];
    const display = new LiveProgress({ write: (text) => written.push(text) }, false);
    display.show([orderAt(0, {})]);
    display.show([
      orderAt(300, {
        validate_cart: { sight: 'done', attempts: 1 },
        process_payment: { sight: 'waiting', attempts: 2 },
      }),
    ]);
    const [first, second] = written as [string, string];
    expect(second.startsWith(`\x1b[${first.split('\n').length - 1}A`)).toBe(true);
    expect(second).toContain('an order  ✔       ↻ 2     ·       ·       ·        0.3 s');
  });
});
