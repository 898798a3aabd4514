import { describe, expect, it } from '@jest/globals';
import { defineTask, StepHandler, type, type StepContextOf } from 'nestjs-tasker';
import { useLab } from '../../support/lab.js';

const lab = useLab();

interface Order {
  readonly orderId: number;
  readonly note?: string;
}

const order = defineTask({ namespace: 'typed', name: 'order', version: '1.2.0', context: type<Order>() })
  .step('reserve', { returns: type<{ shelf: string }>() })
  .step('charge', { dependsOn: ['reserve'], returns: type<{ paid: number; from: string }>() });

@StepHandler(order, 'reserve')
class ReserveHandler {
  process({ task }: StepContextOf<typeof order, 'reserve'>) {
    return { shelf: task.context.note ?? 'A1' };
  }
}

@StepHandler(order, 'charge')
class ChargeHandler {
  process({ task, results }: StepContextOf<typeof order, 'charge'>) {
    return { paid: task.context.orderId, from: results.reserve.shelf };
  }
}

describe('a workflow whose handlers are tied to its steps', () => {
  it('is started by its definition, and runs to its end', async () => {
    const { tasks, kit } = await lab.open({ templates: [order], providers: [ReserveHandler, ChargeHandler] });
    const given: Order = { orderId: 17 };
    const { id, ...started } = await tasks.start(order, { context: given, reason: 'a test' });
    expect(started).toMatchObject({ namespace: 'typed', name: 'order', version: '1.2.0', state: 'pending' });
    const { state, reason, steps } = await kit.runToEnd(id);
    expect({ state, reason }).toEqual({ state: 'complete', reason: 'a test' });
    expect(steps.map(({ results }) => results)).toEqual([{ shelf: 'A1' }, { paid: 17, from: 'A1' }]);
  });

  it('is started many times at once, all or none', async () => {
    const { tasks, kit } = await lab.open({ templates: [order], providers: [ReserveHandler, ChargeHandler] });
    const [first, second] = await tasks.startMany(
      order,
      [{ context: { orderId: 1 } }, { context: { orderId: 2, note: 'B2' } }],
      { requestKey: 'both' },
    );
    expect(first).toMatchObject({ name: 'order', created: true });
    expect((await kit.runToEnd(second!.id)).steps.at(-1)).toMatchObject({ results: { paid: 2, from: 'B2' } });
    const wrong = tasks.startMany(order, [{ context: { orderId: 3 } }, { context: { orderId: 4 }, priority: 0.5 }]);
    await expect(wrong).rejects.toMatchObject({ code: 'TASKER_INVALID_START_REQUEST', requestIndex: 1 });
  });

  it('does not start with a handler that is tied to what is not there', async () => {
    class LostHandler {
      process(): null {
        return null;
      }
    }
    StepHandler(order, 'refund' as never)(LostHandler as never);
    await expect(lab.open({ templates: [order], providers: [LostHandler] })).rejects.toMatchObject({
      code: 'TASKER_INVALID_STEP_HANDLERS',
      message: expect.stringContaining(
        'LostHandler is tied to step "refund", which its task does not have; steps: reserve, charge',
      ),
    });
  });
});
