import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PermanentError, RetryableError } from 'nestjs-tasker';
import {
  failed,
  failedForGood,
  released,
  succeeded,
  type StepOutcome,
} from '../../../lib/engine/steps/step.outcome.js';
import { findJsonFault } from '../../../lib/workflow/json.check.js';
import { anyCharacter } from '../../support/any.character.js';
import { aClaimedStep } from './claimed.step.js';

const LIMIT = 1_000;
const backoff = { baseSeconds: 2, factor: 3, maxSeconds: 100, jitter: 0 };
const claimed = aClaimedStep();
const raise = (): never => {
  throw new Error('not today');
};
const errorOf = ({ error }: StepOutcome): Record<string, unknown> =>
  JSON.parse(error ?? '{}') as Record<string, unknown>;

describe('a run that came back', () => {
  it('is complete with its results as JSON, and names the attempt it belongs to', () => {
    const step = aClaimedStep({ id: '7', taskId: '8', attempt: 2, attemptNumber: 5 });
    expect(succeeded(step, { total: 3 }, LIMIT)).toEqual({
      claimed: step,
      stepId: '7',
      taskId: '8',
      attemptNumber: 5,
      kind: 'complete',
      results: '{"total":3}',
      error: null,
      afterSeconds: null,
    });
  });

  it('has null for results when it gave nothing', () => {
    expect(succeeded(claimed, undefined, LIMIT)).toMatchObject({ kind: 'complete', results: 'null' });
  });

  it('is complete with exactly what JSON makes of it, whatever JSON can hold', () => {
    const json = fc
      .jsonValue({ stringUnit: anyCharacter })
      .filter((value) => !JSON.stringify(value).includes('\\u0000'));
    fc.assert(
      fc.property(json, (value) => {
        const text = JSON.stringify(value);
        expect(succeeded(claimed, value, 1_000_000)).toMatchObject({ kind: 'complete', results: text });
      }),
    );
  });

  it('has failed for good when JSON cannot hold what it gave, and says where', () => {
    const { kind, results, error } = succeeded(claimed, { deep: [1, () => 2] }, LIMIT);
    expect({ kind, results }).toEqual({ kind: 'error', results: null });
    expect(JSON.parse(error!)).toMatchObject({
      code: 'INVALID_RESULTS',
      permanent: true,
      message: expect.stringContaining('/deep/1'),
    });
  });

  it.each([
    ['a getter that throws', Object.defineProperty({}, 'x', { enumerable: true, get: raise }), 'not today'],
    ['a form of its own', { toJSON: raise }, 'an object with a toJSON'],
    ['an instant', { at: new Date(0) }, 'a Date at "/at". Return a string'],
    [
      'an answer whose status nobody looked at',
      new Response('no', { status: 500 }),
      'a Response at "". Check its status',
    ],
    ['a generator', (async function* () {})(), 'an AsyncGenerator at "". Its body has not run'],
  ])('has failed for good when it gave %s', (_, value, what) => {
    const outcome = succeeded(claimed, value, LIMIT);
    expect(outcome.kind).toBe('error');
    expect(errorOf(outcome)).toMatchObject({ code: 'INVALID_RESULTS', message: expect.stringContaining(what) });
  });

  it('may give as many bytes as allowed and not one more, counted as UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 50 }), fc.integer({ min: -3, max: 3 }), (text, spare) => {
        const bytes = Buffer.byteLength(JSON.stringify(text));
        const outcome = succeeded(claimed, text, bytes + spare);
        if (spare >= 0) expect(outcome.kind).toBe('complete');
        else expect(errorOf(outcome)).toMatchObject({ code: 'RESULTS_TOO_LARGE', permanent: true });
      }),
    );
  });
});

describe('a run that threw', () => {
  it('is tried again after the wait of its template, which grows with the attempts', () => {
    const waits = [1, 2, 3, 4, 5].map((attempt) => failed(aClaimedStep({ attempt }), new Error('x'), backoff));
    expect(waits.map(({ kind, afterSeconds }) => [kind, afterSeconds])).toEqual([
      ['retry', 2],
      ['retry', 6],
      ['retry', 18],
      ['retry', 54],
      ['retry', 100],
    ]);
  });

  it('waits for as long as it asked, up to the cap', () => {
    const waitFor = (retryAfter: number) => failed(claimed, new RetryableError('x', { retryAfter }), backoff);
    expect(waitFor(42)).toMatchObject({ kind: 'retry', afterSeconds: 42 });
    expect(waitFor(0)).toMatchObject({ kind: 'retry', afterSeconds: 0 });
    expect(waitFor(1_000)).toMatchObject({ kind: 'retry', afterSeconds: 100 });
    expect(waitFor(-1)).toMatchObject({ kind: 'retry', afterSeconds: 2 });
  });

  it('is given up when it said that no further attempt can help', () => {
    const outcome = failed(claimed, new PermanentError('declined', { code: 'DECLINED' }), backoff);
    expect(outcome).toMatchObject({ kind: 'error', afterSeconds: null, results: null });
    expect(errorOf(outcome)).toMatchObject({ message: 'declined', code: 'DECLINED', permanent: true });
  });

  it('has an error that can be stored and a wait within the cap, whatever was thrown', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (thrown) => {
        const outcome = failed(claimed, thrown, backoff);
        expect(outcome.kind).toBe('retry');
        expect(outcome.afterSeconds).toBe(2);
        expect(errorOf(outcome)).toMatchObject({ message: expect.any(String), class: expect.any(String) });
        expect(findJsonFault(errorOf(outcome))).toBeNull();
      }),
    );
  });
});

describe('a step that ended otherwise', () => {
  it('has failed for good with a permanent error', () => {
    const outcome = failedForGood(claimed, new Error('refused'));
    expect(outcome).toMatchObject({ kind: 'error', results: null, afterSeconds: null });
    expect(errorOf(outcome)).toMatchObject({ message: 'refused', permanent: true });
  });

  it('goes back without results or error', () => {
    expect(released(claimed)).toMatchObject({ kind: 'release', results: null, error: null, afterSeconds: null });
  });
});
