import { describe, expect, it } from '@jest/globals';
import { PermanentError, RetryableError, StepTimeoutError } from 'nestjs-tasker';
import { describeError, describeMessage, isStepError } from '../../../lib/engine/steps/step-error.record.js';

const recordOf = (thrown: unknown): Record<string, unknown> =>
  JSON.parse(describeError(thrown, false)) as Record<string, unknown>;

// What odd throws become is told in test/integration/engine/failures.spec.ts, down to the stored row.
describe('the record of a failure', () => {
  it('has everything that there is to know', () => {
    const error = new RetryableError('slow down', { code: 'RATE_LIMITED', context: { limit: 10 } });
    expect(recordOf(error)).toEqual({
      message: 'slow down',
      code: 'RATE_LIMITED',
      class: 'RetryableError',
      permanent: false,
      context: { limit: 10 },
      stack: expect.stringContaining('step-error.record.spec'),
    });
    expect(JSON.parse(describeError(error, true))).toMatchObject({ permanent: true });
  });

  it('has the code of ours without the prefix that they share', () => {
    expect(recordOf(new StepTimeoutError(3))).toMatchObject({ code: 'STEP_TIMEOUT', class: 'StepTimeoutError' });
  });

  it('keeps the beginning of what is too long', () => {
    const error = Object.assign(new Error('m'.repeat(5_000)), { code: 'c'.repeat(5_000), stack: 's'.repeat(50_000) });
    const { message, code, stack } = recordOf(error) as Record<string, string>;
    expect([message, code, stack].map((text) => text!.length)).toEqual([4_000, 100, 8_000]);
  });

  it('keeps no context that is too long', () => {
    const error = new PermanentError('x', { context: { text: 'y'.repeat(100_000) } });
    expect(recordOf(error)).toMatchObject({ context: { omitted: expect.stringMatching(/has 1\d{5} characters/) } });
  });

  it('cuts no character in two', () => {
    const { message } = recordOf(new Error(`${'x'.repeat(3_999)}👋`)) as { message: string };
    expect(message.isWellFormed()).toBe(true);
    expect(message).toHaveLength(4_000);
  });
});

describe('what a thrown value says', () => {
  it.each<[string, unknown, string]>([
    ['its message', new Error('went wrong'), 'went wrong'],
    ['its name when it has no message', new RangeError(), 'RangeError'],
    ['itself as text', 'no luck', 'no luck'],
    ['itself as JSON', { status: 503 }, '{"status":503}'],
    ['that there is nothing to say', Object.assign(Object.create(null), { toJSON: () => 1n }), 'something was thrown'],
  ])('is %s', (_, thrown, message) => {
    expect(describeMessage(thrown)).toContain(message);
  });
});

describe('an error of a handler', () => {
  it('chose our classes or one derived from them', () => {
    class OutOfStock extends PermanentError {}
    expect([new OutOfStock('x'), new RetryableError('x'), new Error('x'), null, 'x'].map(isStepError)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
