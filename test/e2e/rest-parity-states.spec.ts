import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { MockPaymentService } from '../../sample-app/ecommerce/services/mock-payment.service.js';
import type { StepState } from '../../lib/workflow/states.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { listenTo } from '../support/event.listener.js';
import { aGate, eventually, type Gate } from '../support/eventually.js';
import { startShop, type ShopHost } from '../support/shop.host.js';
import { CHECKOUT_STEPS, place } from '../support/shop.orders.js';

/** The state that an action leads to, or else that it changes nothing, or is refused. */
type Outcome = StepState | 'unchanged' | 'refused';
type Outcomes = Readonly<Record<string, Outcome>>;

const BY = { actor: 'ann', reason: 'the bank is back' };
const REFUSED = { cancel: 'refused', retry: 'refused', reset: 'refused', resolve: 'refused' } as const;
const HELD = { hold: 'refused', release: 'refused' } as const;

/** The rows on state machines of what Rails Tasker's test suite holds, over the operator's routes and as repaired here. */
describe('the states of Rails Tasker, in the sample application', () => {
  let database: TestDatabase;
  let shop: ShopHost;
  beforeAll(async () => {
    database = await createTestDatabase();
    shop = await startShop({ databaseUrl: database.url });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(async () => {
    await shop.close();
    await database.drop();
  });

  const get = async (path: string): Promise<any> => (await shop.http().get(path).expect(200)).body;
  const act = async (path: string, action: string): Promise<any> => shop.http().post(`${path}/${action}`).send(BY);
  const run = async (fate: Parameters<typeof place>[1]): Promise<string> => {
    const id = await place(shop, fate);
    await shop.kit.runUntilIdle();
    return id;
  };
  const settled = async (action: string): Promise<string> => {
    const id = await run('declined');
    await shop.http().post(`/tasks/${id}/${action}`).send({}).expect(200);
    return id;
  };

  /** Acts, and looks at the answer, at the state and at the history. */
  async function expectOutcome(path: string, task: string, action: string, outcome: Outcome): Promise<void> {
    const [before, { transitions: told }] = [await get(path), await get(`/tasks/${task}/transitions`)];
    const { status, body } = await act(path, action);
    const [after, { transitions }] = [await get(path), await get(`/tasks/${task}/transitions`)];
    const news = transitions.slice(told.length);
    if (outcome === 'refused' || outcome === 'unchanged') {
      expect({ status, code: body.code, changed: body.changed }).toEqual(
        outcome === 'refused' ? { status: 409, code: 'TASKER_ACTION_REFUSED' } : { status: 200, changed: false },
      );
      expect([after, news]).toEqual([before, []]);
      return;
    }
    expect({ status, changed: body.changed, state: after.state }).toEqual({
      status: 200,
      changed: true,
      state: outcome,
    });
    if (outcome === before.state) return;
    const step = path.includes('workflow_steps') ? before.name : null;
    expect(news).toContainEqual(expect.objectContaining({ step, from: before.state, to: outcome }));
    expect(news).toContainEqual(expect.objectContaining(BY));
  }

  describe('A41: a task that is', () => {
    const states: Readonly<Record<string, { readonly make: () => Promise<string>; readonly outcomes: Outcomes }>> = {
      pending: {
        make: () => place(shop, 'paid'),
        outcomes: { ...REFUSED, cancel: 'cancelled', hold: 'pending', release: 'unchanged' },
      },
      in_progress: {
        make: () => run('delayed'),
        outcomes: {
          ...{ cancel: 'cancelled', hold: 'in_progress', release: 'unchanged' },
          ...{ retry: 'in_progress', reset: 'in_progress', resolve: 'refused' },
        },
      },
      error: {
        make: () => run('declined'),
        outcomes: {
          ...{ cancel: 'cancelled', hold: 'error', release: 'unchanged' },
          ...{ retry: 'in_progress', reset: 'in_progress', resolve: 'resolved_manually' },
        },
      },
      complete: { make: () => run('paid'), outcomes: { ...REFUSED, ...HELD } },
      cancelled: { make: () => settled('cancel'), outcomes: { ...REFUSED, ...HELD, cancel: 'unchanged' } },
      resolved_manually: { make: () => settled('resolve'), outcomes: { ...REFUSED, ...HELD, resolve: 'unchanged' } },
    };

    const inState = sharing(states);

    it.each(casesOf(states))('%s, on %s: %s', async (state, action, outcome) => {
      const task = await inState(state, outcome);
      expect(await get(`/tasks/${task}`)).toMatchObject({ state });
      await expectOutcome(`/tasks/${task}`, task, action, outcome);
    });

    it('cancelled tells of it, and of its steps', async () => {
      const task = await place(shop, 'paid');
      const listener = await listenTo(`${await shop.app.getUrl()}/tasker/tasks/${task}/events`);
      try {
        await act(`/tasks/${task}`, 'cancel');
        const events = await listener.takeUntil('task.cancelled');
        expect(events.filter(({ event }) => event === 'step.cancelled')).toHaveLength(CHECKOUT_STEPS.length);
      } finally {
        listener.close();
      }
    });
  });

  describe('A42: a step that is', () => {
    const ofStep = (step: string, task: Promise<string>): Promise<readonly [string, string]> =>
      task.then((id) => [id, `/tasks/${id}/workflow_steps/${step}`]);
    const payment = async (action: string): Promise<readonly [string, string]> => {
      const [task, path] = await ofStep('process_payment', run('declined'));
      expect(await act(path, action)).toMatchObject({ status: 200 });
      return [task, path];
    };
    const states: Readonly<
      Record<string, { readonly make: () => Promise<readonly [string, string]>; readonly outcomes: Outcomes }>
    > = {
      pending: {
        make: () => ofStep('validate_cart', place(shop, 'paid')),
        outcomes: { cancel: 'cancelled', retry: 'unchanged', reset: 'unchanged', resolve: 'resolved_manually' },
      },
      error: {
        make: () => ofStep('process_payment', run('declined')),
        outcomes: { cancel: 'cancelled', retry: 'pending', reset: 'pending', resolve: 'resolved_manually' },
      },
      complete: { make: () => ofStep('validate_cart', run('declined')), outcomes: REFUSED },
      cancelled: { make: () => payment('cancel'), outcomes: { ...REFUSED, cancel: 'unchanged' } },
      resolved_manually: { make: () => payment('resolve'), outcomes: { ...REFUSED, resolve: 'unchanged' } },
    };

    const inState = sharing(states);

    it.each(casesOf(states))('%s, on %s: %s', async (state, action, outcome) => {
      const [task, path] = await inState(state, outcome);
      expect(await get(path)).toMatchObject({ state });
      await expectOutcome(path, task, action, outcome);
    });

    it('not skippable is not skipped in any state', async () => {
      for (const state of Object.keys(states)) {
        const [task, path] = await inState(state, 'refused');
        await expectOutcome(path, task, 'skip', 'refused');
      }
    });

    it('in progress can be cancelled and nothing else; what its handler answers then is not taken', async () => {
      // Other orders would be held with this one, also those whose wait ends meanwhile.
      do await shop.kit.runUntilIdle();
      while ((await shop.kit.makeDue()) > 0);
      const payment = holdPayments();
      const [task, path] = await ofStep('process_payment', place(shop, 'paid'));
      const running = shop.kit.runUntilIdle();
      try {
        await eventually(async () => expect(await get(path)).toMatchObject({ state: 'in_progress' }));
        for (const action of ['retry', 'reset', 'resolve', 'skip']) await expectOutcome(path, task, action, 'refused');
        await expectOutcome(path, task, 'cancel', 'cancelled');
      } finally {
        payment.open();
        await running;
      }
      expect(await get(path)).toMatchObject({ state: 'cancelled', results: null });
      expect(await get(`/tasks/${task}`)).toMatchObject({ state: 'cancelled' });
    });

    it('waiting for others begins only when they are done, also where its end was decided before', async () => {
      const [task, path] = await ofStep('process_payment', place(shop, 'declined'));
      await act(path, 'resolve');
      expect(await get(path)).toMatchObject({ state: 'pending' });
      await shop.kit.runUntilIdle();
      const { transitions } = await get(`/tasks/${task}/transitions`);
      const told = transitions.filter(({ step }: any) => step !== null).map(({ step, to }: any) => `${step} ${to}`);
      expect(told.slice(0, 4)).toEqual([
        'validate_cart in_progress',
        'validate_cart complete',
        'process_payment resolved_manually',
        'update_inventory in_progress',
      ]);
      const next = await get(`/tasks/${task}/workflow_steps/update_inventory`);
      expect(next.startedAt >= (await get(path)).processedAt).toBe(true);
    });
  });

  /** Nobody is charged until the gate opens. */
  function holdPayments(): Gate {
    const gate = aGate();
    const payments = shop.app.get(MockPaymentService);
    const charge = payments.processPayment.bind(payments);
    jest.spyOn(payments, 'processPayment').mockImplementation(async (request) => {
      await gate.passed;
      return charge(request);
    });
    return gate;
  }
});

/** States that no run of other tasks brings to an end. */
const LASTING = ['error', 'complete', 'cancelled', 'resolved_manually'];

/** Makes what an action is tried on, but once only for all actions that leave it as it is. */
function sharing<Made>(
  states: Readonly<Record<string, { readonly make: () => Promise<Made> }>>,
): (state: string, outcome: Outcome) => Promise<Made> {
  const shared = new Map<string, Promise<Made>>();
  return (state, outcome) => {
    const { make } = states[state]!;
    if (!LASTING.includes(state) || (outcome !== 'refused' && outcome !== 'unchanged')) return make();
    const made = shared.get(state) ?? make();
    shared.set(state, made);
    return made;
  };
}

function casesOf(states: Readonly<Record<string, { readonly outcomes: Outcomes }>>): [string, string, Outcome][] {
  return Object.entries(states).flatMap(([state, { outcomes }]) =>
    Object.entries(outcomes).map(([action, outcome]): [string, string, Outcome] => [state, action, outcome]),
  );
}
