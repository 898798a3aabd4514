import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { BadRequestException, HttpException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { PermanentError, RetryableError, StepTimeoutError } from 'nestjs-tasker';
import { describeError, describeMessage, isStepError } from '../../../lib/engine/steps/step-error.record.js';

/** A port that nobody listens on any more. */
async function aClosedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

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

  it('has what led to it, and the code of that where it has none of its own', async () => {
    const refused = await fetch(`http://127.0.0.1:${await aClosedPort()}/`).catch((error: unknown) => error);
    expect(recordOf(refused)).toMatchObject({
      message: 'fetch failed',
      code: 'ECONNREFUSED',
      class: 'TypeError',
      cause: { message: expect.stringContaining('ECONNREFUSED'), code: 'ECONNREFUSED', class: 'Error' },
    });
    const why = Object.assign(new Error('no route'), { code: 'EHOSTUNREACH' });
    const error = new RetryableError('cannot charge', { cause: new Error('the gateway is away', { cause: why }) });
    expect(recordOf(error)).toMatchObject({
      message: 'cannot charge',
      code: 'EHOSTUNREACH',
      cause: {
        message: 'the gateway is away',
        code: 'EHOSTUNREACH',
        class: 'Error',
        cause: { message: 'no route', code: 'EHOSTUNREACH' },
      },
    });
    expect(recordOf(new PermanentError('declined', { code: 'DECLINED', cause: why }))).toMatchObject({
      code: 'DECLINED',
      cause: { message: 'no route' },
    });
    expect(recordOf(new Error('x', { cause: 'a text' }))).toMatchObject({
      cause: { message: 'a text', code: null, class: 'string' },
    });
  });

  it('has the errors that it sums up', () => {
    const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const all = new AggregateError([new Error('one'), refused], 'both failed');
    expect(recordOf(all)).toMatchObject({
      message: 'both failed',
      class: 'AggregateError',
      code: 'ECONNREFUSED',
      errors: [
        { message: 'one', code: null },
        { message: 'refused', code: 'ECONNREFUSED' },
      ],
    });
  });

  it('keeps no more of what led to it than is read, however much there is', () => {
    const round = new Error('round');
    round.cause = round;
    let deep = new Error('core');
    for (let level = 0; level < 100; level++) deep = new Error('m'.repeat(5_000), { cause: deep });
    const wide = (depth: number): Error =>
      depth === 0
        ? new Error('w'.repeat(5_000))
        : new AggregateError(
            Array.from({ length: 10 }, () => wide(depth - 1)),
            'w'.repeat(5_000),
          );
    for (const error of [round, deep, wide(4)]) {
      expect(describeError(error, false).length).toBeLessThan(4_000 + 8_000 + 20 * 1_200);
    }
    expect(recordOf(round)).toMatchObject({ cause: { cause: { cause: { cause: { cause: { message: 'round' } } } } } });
  });

  it('has what an exception of Nest says: each fault of a validation, its status and its response', () => {
    const faults = ['email must be an email', 'name should not be empty'];
    expect(recordOf(new BadRequestException(faults))).toMatchObject({
      message: 'email must be an email; name should not be empty',
      class: 'BadRequestException',
      code: null,
      context: { status: 400, response: { message: faults, statusCode: 400 } },
    });
    expect(recordOf(new HttpException('try later', 503))).toMatchObject({
      message: 'try later',
      context: { status: 503, response: 'try later' },
    });
  });

  it('keeps a context with an instant in it', () => {
    const error = new PermanentError('x', { context: { at: new Date(0) as never } });
    expect(recordOf(error)).toMatchObject({ context: { at: '1970-01-01T00:00:00.000Z' } });
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
    ['that there is nothing to say', Object.assign(Object.create(null), { toJSON: () => 1n }), 'a thrown value'],
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
