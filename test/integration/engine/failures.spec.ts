import { describe, expect, it } from '@jest/globals';
import { PermanentError, RetryableError } from 'nestjs-tasker';
import { Worker } from '../../../lib/engine/steps/worker.js';
import { aChain, aTemplate, ONE_STEP, type TemplateSettings } from '../../support/factories.js';
import { movesOf, taskMoves, waitOf } from '../../support/history.js';
import type { Host, StepFunction } from '../../support/host.js';
import { useLab } from '../../support/lab.js';
import { alwaysFailing, aScript, failing, type Script } from '../../support/script.js';
import { useStage } from '../../support/stage.js';

const lab = useLab();
const play = useStage(lab);

/** A started task of one step, or of those given, not yet run. */
async function startedTask(
  act: StepFunction,
  settings: TemplateSettings = {},
  nodes = ONE_STEP,
): Promise<Host & { readonly id: string; readonly script: Script }> {
  const script = aScript({ [nodes[0]!.name]: act });
  const template = aTemplate(nodes, settings);
  const host = await play({ templates: [template], handlers: script.handlers });
  const { id } = await host.tasks.start(template.request);
  return { ...host, id, script };
}

describe('a step that fails and then succeeds', () => {
  it('waits for its backoff with its error kept and nothing behind it begun', async () => {
    const { id, kit, script } = await startedTask(failing(1), {}, aChain('flaky', 'after'));
    await kit.runUntilIdle();
    const { state, steps } = await kit.task(id);
    expect(state).toBe('in_progress');
    expect(steps[0]).toMatchObject({ state: 'error', attempts: 1, results: null });
    expect(steps[0]!.error).toMatchObject({ message: 'it went wrong', class: 'Error', code: null, permanent: false });
    expect(await waitOf(lab, id)).toBeCloseTo(60, 3);
    expect(steps[1]).toMatchObject({ state: 'pending', attempts: 0 });

    await kit.runUntilIdle();
    expect(script.runs).toHaveLength(1);
  });

  it('runs again when the wait is over, and its error is gone', async () => {
    const { id, kit } = await startedTask(failing(1), {}, aChain('flaky', 'after'));
    await kit.runUntilIdle();
    expect(await kit.makeDue(id)).toBe(1);
    await kit.runUntilIdle();
    const { state, steps } = await kit.task(id);
    expect(state).toBe('complete');
    expect(steps[0]).toMatchObject({ state: 'complete', attempts: 2, error: null, nextRetryAt: null });
    expect(await movesOf(lab, id, 'flaky')).toEqual([
      'pending > in_progress',
      'in_progress > error',
      'error > in_progress',
      'in_progress > complete',
    ]);
    expect(await taskMoves(lab, id)).toEqual(['pending > in_progress', 'in_progress > complete']);
  });

  it('is told which attempt it is, of how many, and has the same idempotency key in each', async () => {
    const seen: unknown[][] = [];
    const { id, kit } = await startedTask((context) => {
      seen.push([context.attempt, context.retryLimit, context.idempotencyKey]);
      if (context.attempt < 3) throw new Error('not yet');
    });
    await kit.runToEnd(id);
    const key = seen[0]![2];
    expect(seen).toEqual([
      [1, 3, key],
      [2, 3, key],
      [3, 3, key],
    ]);
  });

  it('waits longer after each failure, up to the cap', async () => {
    const backoff = { baseSeconds: 10, factor: 3, maxSeconds: 60, jitter: 0 };
    const { id, kit } = await startedTask(alwaysFailing(), { defaults: { backoff, retryLimit: 5 } });
    const waits: number[] = [];
    for (let attempt = 1; attempt < 5; attempt++) {
      await kit.runUntilIdle();
      waits.push(Math.round(await waitOf(lab, id)));
      await kit.makeDue(id);
    }
    expect(waits).toEqual([10, 30, 60, 60]);
  });
});

describe('a step that fails each time', () => {
  it('is given up after its last attempt, and so is the task; what depends on it never begins', async () => {
    const { id, kit, script } = await startedTask(alwaysFailing(), {}, aChain('broken', 'after'));
    const { state, steps, completedAt } = await kit.runToEnd(id);
    expect({ state, completedAt }).toEqual({ state: 'error', completedAt: null });
    expect(steps[0]).toMatchObject({ state: 'error', attempts: 3, nextRetryAt: null });
    expect(steps[1]).toMatchObject({ state: 'pending', attempts: 0 });
    expect(script.runsOf('after')).toEqual([]);
    expect(await taskMoves(lab, id)).toEqual(['pending > in_progress', 'in_progress > error']);
    expect(await kit.makeDue()).toBe(0);
  });

  it('has one attempt when it is not retryable', async () => {
    const { id, kit, script } = await startedTask(alwaysFailing(), { defaults: { retryable: false } });
    await kit.runUntilIdle();
    expect(await kit.task(id)).toMatchObject({ state: 'error', steps: [{ attempts: 1, nextRetryAt: null }] });
    expect(script.runs).toHaveLength(1);
  });

  it('has one attempt when its limit is one', async () => {
    const { id, kit } = await startedTask(alwaysFailing(), { defaults: { retryLimit: 1 } });
    await kit.runUntilIdle();
    expect(await kit.task(id)).toMatchObject({ state: 'error', steps: [{ attempts: 1, nextRetryAt: null }] });
  });
});

describe('a PermanentError', () => {
  it('ends the step at once, with its code and context', async () => {
    const declined = () => new PermanentError('card declined', { code: 'PAYMENT_DECLINED', context: { card: '…42' } });
    const { id, kit, script } = await startedTask(alwaysFailing(declined));
    await kit.runUntilIdle();
    const { state, steps } = await kit.task(id);
    expect(state).toBe('error');
    expect(steps[0]).toMatchObject({ state: 'error', attempts: 1, nextRetryAt: null });
    expect(steps[0]!.error).toEqual({
      message: 'card declined',
      code: 'PAYMENT_DECLINED',
      class: 'PermanentError',
      permanent: true,
      context: { card: '…42' },
    });
    expect(script.runs).toHaveLength(1);
  });

  it('does so as a class of its own, too', async () => {
    class OutOfStock extends PermanentError {}
    const { id, kit } = await startedTask(alwaysFailing(() => new OutOfStock('none left')));
    await kit.runUntilIdle();
    const { steps } = await kit.task(id);
    expect(steps[0]!.error).toMatchObject({ class: 'OutOfStock', permanent: true });
  });
});

describe('a RetryableError', () => {
  const backoff = { baseSeconds: 5, factor: 2, maxSeconds: 100, jitter: 0 };

  it.each([
    { retryAfter: 42, waited: 42 },
    { retryAfter: 0, waited: 0 },
    { retryAfter: 3_600, waited: 100 },
    { retryAfter: undefined, waited: 5 },
    { retryAfter: -1, waited: 5 },
    { retryAfter: Number.NaN, waited: 5 },
  ])('that asks for a wait of $retryAfter s gets $waited s where 100 s is the most', async ({ retryAfter, waited }) => {
    const limited = () => new RetryableError('slow down', retryAfter === undefined ? {} : { retryAfter });
    const { id, kit, get } = await startedTask(failing(1, limited), { defaults: { backoff } });
    // One pass only: a wait of no time would be over at once.
    const worker = get(Worker);
    await worker.runOnce();
    await worker.settled();
    await worker.runOnce(0);
    expect(await waitOf(lab, id)).toBeCloseTo(waited, 3);
    expect((await kit.runToEnd(id)).state).toBe('complete');
  });

  it('keeps its code and context', async () => {
    const limited = () => new RetryableError('slow down', { code: 'RATE_LIMITED', context: { limit: 10 } });
    const { id, kit } = await startedTask(failing(1, limited));
    await kit.runUntilIdle();
    const { steps } = await kit.task(id);
    expect(steps[0]!.error).toMatchObject({ code: 'RATE_LIMITED', context: { limit: 10 }, permanent: false });
  });
});

const cyclic: Record<string, unknown> = { name: 'round' };
cyclic.self = cyclic;
const revoked = Proxy.revocable({}, {});
revoked.revoke();
const withGetter = (property: string): Error =>
  Object.defineProperty(new Error('hidden'), property, {
    get: () => {
      throw new Error('no access');
    },
  });

/** What handlers throw in real life and in nightmares: a name, how to make it, and what must be found in the record. */
const ODD_THROWS: [string, () => unknown, object][] = [
  [
    'an unclassified error',
    () => new TypeError('x is not a function'),
    { class: 'TypeError', message: 'x is not a function' },
  ],
  [
    'an error of Node with a code',
    () => Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
    { code: 'ECONNREFUSED' },
  ],
  ['a string', () => 'no luck', { message: 'no luck', class: 'string' }],
  ['undefined', () => undefined, { message: 'undefined' }],
  ['null', () => null, { message: 'null' }],
  ['a number', () => 42, { message: '42' }],
  ['a symbol', () => Symbol('odd'), { message: 'Symbol(odd)' }],
  ['a plain object', () => ({ status: 503 }), { message: '{"status":503}' }],
  ['an object with a cycle', () => cyclic, { class: 'object' }],
  ['an object without a prototype', () => Object.create(null) as object, { message: '{}' }],
  ['a revoked proxy', () => revoked.proxy, {}],
  ['an error without a message', () => new RangeError(), { message: 'RangeError' }],
  ['an error of a class without a name', () => new (class extends Error {})('nameless'), { message: 'nameless' }],
  ['an error whose message is no text', () => Object.assign(new Error(), { message: { text: 'deep' } }), {}],
  [
    'an error whose constructor is gone',
    () => Object.assign(new Error('lost'), { constructor: undefined }),
    { message: 'lost' },
  ],
  ['an error whose message throws', () => withGetter('message'), {}],
  ['an error whose code throws', () => withGetter('code'), { message: 'hidden', code: null }],
  ['an error whose stack throws', () => withGetter('stack'), { message: 'hidden' }],
  [
    'text that PostgreSQL cannot store',
    () => new Error('nul \0 and \ud800 surrogate'),
    { message: 'nul  and \ufffd surrogate' },
  ],
  ['an error as long as a book', () => new Error('x'.repeat(1_000_000)), { message: 'x'.repeat(4_000) }],
  [
    'an error whose context has a cycle',
    () => new RetryableError('round', { context: cyclic as never }),
    { context: { omitted: expect.stringContaining('cycle') } },
  ],
  [
    'an error whose context turns into text that cannot be stored',
    () => new RetryableError('hostile', { context: { toJSON: () => ({ text: '\0' }) } as never }),
    { message: 'hostile', context: { omitted: expect.any(String) } },
  ],
  [
    'an error whose context throws',
    () => new RetryableError('hostile', { context: { toJSON: () => withGetter('message').message } as never }),
    { message: 'hostile', context: { omitted: expect.any(String) } },
  ],
];

describe('whatever a handler throws', () => {
  it.each(ODD_THROWS)('%s is recorded as a failed attempt, and the step goes on', async (_, thrown, record) => {
    const { id, kit } = await startedTask(failing(1, thrown));
    await kit.runUntilIdle();
    const { steps } = await kit.task(id);
    expect(steps[0]).toMatchObject({ state: 'error', attempts: 1 });
    expect(steps[0]!.error).toMatchObject({ permanent: false, ...record });
    expect(steps[0]!.error!.message).toEqual(expect.any(String));

    expect(await kit.runToEnd(id)).toMatchObject({ state: 'complete', steps: [{ attempts: 2 }] });
  });

  it('is recorded as well when it is a permanent failure with an unfit context', async () => {
    const hostile = () => new PermanentError('hostile', { context: { toJSON: () => ({ text: '\0' }) } as never });
    const { id, kit } = await startedTask(alwaysFailing(hostile));
    await kit.runUntilIdle();
    expect(await kit.task(id)).toMatchObject({ state: 'error', steps: [{ error: { message: 'hostile' } }] });
  });

  it('counts the same when it comes from a rejected promise', async () => {
    const { id, kit } = await startedTask(() => Promise.reject(new Error('later')), { defaults: { retryLimit: 1 } });
    await kit.runUntilIdle();
    expect(await kit.task(id)).toMatchObject({ state: 'error', steps: [{ error: { message: 'later' } }] });
  });
});
