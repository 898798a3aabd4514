import { describe, expect, it } from '@jest/globals';
import { isMet, outcomeTable } from '../../../../sample-app/runner/outcome.table.js';
import type { Outcome } from '../../../../sample-app/stories/order.story.js';

const DECLINED: Outcome = {
  state: 'error',
  attempts: [1, 1, 0, 0, 0],
  total: '86.96',
  charges: 0,
  failure: 'process_payment PAYMENT_DECLINED',
};

describe('the table of outcomes', () => {
  it('shows what was expected above what happened', () => {
    const table = outcomeTable([{ title: 'declined card', expected: DECLINED, actual: DECLINED }]);
    expect(table.split('\n')).toEqual([
      '            state  attempts   total  paid  failure',
      '✔ declined card',
      '  expected  error  1 1 – – –  86.96    0×  payment PAYMENT_DECLINED',
      '  actual    error  1 1 – – –  86.96    0×  payment PAYMENT_DECLINED',
    ]);
  });

  it.each<Partial<Outcome>>([
    { state: 'complete' },
    { attempts: [1, 2, 0, 0, 0] },
    { total: null },
    { charges: 1 },
    { failure: null },
  ])('marks an order that ended with %p instead', (difference) => {
    const row = { title: 'declined card', expected: DECLINED, actual: { ...DECLINED, ...difference } };
    expect(isMet(row)).toBe(false);
    expect(outcomeTable([row])).toContain('✖ declined card');
  });
});
