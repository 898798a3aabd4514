import { describe, expect, it } from '@jest/globals';
import { EMPTY, Observable, of, throwError } from 'rxjs';
import { PermanentError, type JsonValue, type StepDetails } from 'nestjs-tasker';
import { aGate } from '../../support/eventually.js';
import { aChain, aTemplate, HANDLER } from '../../support/factories.js';
import { useLab } from '../../support/lab.js';
import { aScript } from '../../support/script.js';
import { useStage } from '../../support/stage.js';

const lab = useLab();

const template = aTemplate();
let returned: unknown;
const shared = lab.share({ templates: [template], handlers: { [HANDLER]: () => returned } });
const stage = useStage(lab);

/** The step after one run of a handler that returns this. */
async function stepThatReturned(value: unknown): Promise<StepDetails> {
  returned = value;
  const { tasks, kit } = shared();
  const { id } = await tasks.start(template.request);
  await kit.runUntilIdle();
  return (await kit.task(id)).steps[0]!;
}

interface Observer {
  next(value: unknown): void;
  complete(): void;
}

const subscribeTo =
  (value: unknown) =>
  (observer: Observer): { unsubscribe(): void } => {
    observer.next(value);
    observer.complete();
    return { unsubscribe: () => undefined };
  };

const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;

describe('what a handler returns', () => {
  it.each<[string, unknown, JsonValue]>([
    ['nothing', undefined, null],
    ['null', null, null],
    ['text', 'héllo 👋', 'héllo 👋'],
    ['zero', 0, 0],
    ['false', false, false],
    ['a list', [1, [2, { three: 3 }]], [1, [2, { three: 3 }]]],
    ['an object with an undefined member', { kept: 1, gone: undefined }, { kept: 1 }],
    ['the last value of an Observable', of({ page: 1 }, { page: 2 }), { page: 2 }],
    ['null for an empty Observable', EMPTY, null],
    ['what another copy of rxjs gives', { subscribe: subscribeTo('there'), '@@observable': () => undefined }, 'there'],
    ['a promise of an object', Promise.resolve({ later: true }), { later: true }],
    [
      'an instance of a class',
      new (class Total {
        amount = 3;
      })(),
      { amount: 3 },
    ],
    ['a number with many digits', 1.7976931348623157e308, 1.7976931348623157e308],
  ])('is stored as JSON: %s', async (_, value, stored) => {
    expect(await stepThatReturned(value)).toMatchObject({ state: 'complete', results: stored, error: null });
  });

  it.each<[string, unknown, string, string]>([
    ['a function', { list: [() => 1] }, '/list/0', 'a function'],
    ['a BigInt', { total: 1n }, '/total', 'a bigint'],
    ['a symbol', { sign: Symbol('x') }, '/sign', 'a symbol'],
    ['not a number', { ratio: Number.NaN }, '/ratio', 'NaN'],
    ['infinity', { ratio: -Infinity }, '/ratio', '-Infinity'],
    ['a Map', { byId: new Map() }, '/byId', 'a Map'],
    ['a Set', { tags: new Set() }, '/tags', 'a Set'],
    ['an Error', { failure: new Error('x') }, '/failure', 'an Error'],
    ['a promise inside', { later: Promise.resolve(1) }, '/later', 'a Promise'],
    ['a NUL character', { 'a/b': 'x\0y' }, '/a~1b', 'a NUL character'],
    ['half a surrogate pair', ['\ud800'], '/0', 'not well-formed'],
    ['a key that is not well-formed', { deep: { '\udc00': 1 } }, '/deep', 'not well-formed'],
    ['a bare function', () => undefined, '""', 'a function'],
    ['a cycle', cyclic, '/self/self', 'a cycle'],
    [
      'a getter that throws',
      Object.defineProperty({}, 'x', {
        enumerable: true,
        get: () => {
          throw new Error('no access');
        },
      }),
      '""',
      'no access',
    ],
    ['an instant', { at: new Date(0) }, '/at', 'a Date'],
    ['a form of its own', { total: { toJSON: () => '12.50' } }, '/total', 'a toJSON'],
    ['an answer of fetch', new Response('{}'), '""', 'a Response'],
    ['a generator, whose body never ran', (async function* () {})(), '""', 'an AsyncGenerator'],
    ['an Observable inside', { page: of(1) }, '/page', 'a function'],
  ])('fails the step for good, naming the place, when it holds %s', async (_, returned, pointer, what) => {
    const { state, attempts, results, error } = await stepThatReturned(returned);
    expect({ state, attempts, results }).toEqual({ state: 'error', attempts: 1, results: null });
    expect(error).toMatchObject({ code: 'INVALID_RESULTS', class: 'InvalidResultsError', permanent: true });
    expect(error!.message).toContain(pointer);
    expect(error!.message).toContain(what);
  });
});

describe('an Observable that a handler returns', () => {
  it('fails the attempt with what it fails with', async () => {
    const step = await stepThatReturned(throwError(() => new PermanentError('no page', { code: 'NO_PAGE' })));
    expect(step).toMatchObject({ state: 'error', error: { code: 'NO_PAGE', message: 'no page' } });
  });

  it('is left when the attempt is aborted', async () => {
    const [subscribed, left] = [aGate(), aGate()];
    const forever = new Observable(() => {
      subscribed.open();
      return () => left.open();
    });
    const template = aTemplate(aChain('a'), { steps: { a: { timeoutSeconds: 0.05 } } });
    const { tasks, kit } = await stage({ templates: [template], handlers: { [HANDLER]: () => forever } });
    const { id } = await tasks.start(template.request);
    await Promise.all([kit.runUntilIdle(), subscribed.passed, left.passed]);
    expect((await kit.task(id)).steps[0]).toMatchObject({ state: 'error', error: { code: 'STEP_TIMEOUT' } });
  });
});

describe('results of several steps', () => {
  it('reach a child from its parents only, and any other step through resultsOf', async () => {
    const seen: unknown[] = [];
    const nodes = [...aChain('first', 'second', 'third'), { name: 'aside', dependsOn: [] }];
    const template = aTemplate(nodes);
    const script = aScript({
      third: async ({ results, resultsOf }) => seen.push(results, await resultsOf('first')),
    });
    const { tasks, kit } = await stage({ templates: [template], handlers: script.handlers });
    const { id } = await tasks.start(template.request);
    await kit.runToEnd(id);
    expect(seen).toEqual([{ second: { step: 'second' } }, { step: 'first' }]);
  });

  it.each([
    ['has not finished', 'third', /"third".*Finished steps of this task: first/],
    ['cannot be, by its name', 'first\0', /Finished steps of this task: first/],
  ])('are refused by resultsOf for a step that %s, naming those that have', async (_, name, message) => {
    const template = aTemplate(aChain('first', 'second', 'third'), { steps: { second: { retryable: false } } });
    const script = aScript({ second: ({ resultsOf }) => resultsOf(name) });
    const { tasks, kit } = await stage({ templates: [template], handlers: script.handlers });
    const { id } = await tasks.start(template.request);
    const { steps } = await kit.runToEnd(id);
    expect(steps[1]!.error).toMatchObject({
      code: 'UNKNOWN_STEP_RESULTS',
      message: expect.stringMatching(message),
    });
  });
});

describe('the size of results', () => {
  const limited = useStage(lab, { steps: { maxResultBytes: 1_000 } });
  /** `"xx…x"` is two bytes longer as JSON. */
  const text = (bytes: number): string => 'x'.repeat(bytes - 2);

  it('may be exactly what the option allows', async () => {
    const template = aTemplate();
    const { tasks, kit } = await limited({ templates: [template], handlers: { [HANDLER]: () => text(1_000) } });
    const { id } = await tasks.start(template.request);
    expect(await kit.runToEnd(id)).toMatchObject({ state: 'complete', steps: [{ results: text(1_000) }] });
  });

  it('fails the step for good one byte above, naming both sizes', async () => {
    const template = aTemplate();
    const { tasks, kit } = await limited({ templates: [template], handlers: { [HANDLER]: () => text(1_001) } });
    const { id } = await tasks.start(template.request);
    const { state, steps } = await kit.runToEnd(id);
    expect(state).toBe('error');
    expect(steps[0]).toMatchObject({ attempts: 1, error: { code: 'RESULTS_TOO_LARGE', permanent: true } });
    expect(steps[0]!.error!.message).toMatch(/1001 bytes.*1000 are allowed/);
  });

  it('counts bytes, not characters', async () => {
    const template = aTemplate();
    const { tasks, kit } = await lab.open({
      templates: [template],
      handlers: { [HANDLER]: () => '€'.repeat(10) },
      steps: { maxResultBytes: 31 },
    });
    const { id } = await tasks.start(template.request);
    const { steps } = await kit.runToEnd(id);
    expect(steps[0]!.error!.message).toContain('32 bytes');
  });

  it('has a limit of its own for a handler that sets one', async () => {
    const template = aTemplate(aChain('large', 'small'), {
      steps: { large: { handler: 'tests.large' }, small: { handler: 'tests.small' } },
    });
    const { tasks, kit } = await lab.open({
      templates: [template],
      handlers: {
        'tests.large': { process: () => text(500), maxResultBytes: 500 },
        'tests.small': { process: () => text(51), maxResultBytes: 50 },
      },
      steps: { maxResultBytes: 100 },
    });
    const { id } = await tasks.start(template.request);
    const { steps } = await kit.runToEnd(id);
    expect(steps.map(({ state }) => state)).toEqual(['complete', 'error']);
  });
});
