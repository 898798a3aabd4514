import { defineTask } from 'nestjs-tasker';
import { anonymous } from '../anonymous.js';
import type { Host } from '../application.js';
import { handler, type Scenario } from '../scenario.js';
import { ended, stepsOf } from '../task.js';

const ORDER = { namespace: 'transactions', name: 'order', version: '1.0.0' };

/** A task that is started in a transaction of the host's exists exactly if the rest of the transaction does. */
export const transactions: Scenario = {
  templates: [
    defineTask(ORDER)
      .step('reserve', { handler: 'transactions.reserve' })
      .step('book', { handler: 'transactions.book', dependsOn: ['reserve'] }),
  ],
  handlers: [
    handler('transactions.reserve', ({ task }) => ({ reserved: task.context.order ?? null })),
    handler(
      'transactions.book',
      ({ task, manager }) => manager.query('insert into bookings (order_id) values ($1)', [task.context.order]),
      { transactional: true },
    ),
  ],
  observe: async (host) => {
    const committed = await order(host, 1, false);
    const rolledBack = await order(host, 2, true);
    const task = await ended(host, committed.id);
    const { status, body } = await host.ask(`/tasks/${rolledBack.id}`);
    return {
      started: anonymous(committed),
      committed: [task.state, ...stepsOf(task)],
      rolledBack: { status, code: body.code },
      orders: await host.dataSource.query('select id from orders order by id'),
      bookings: await host.dataSource.query('select order_id from bookings order by order_id'),
    };
  },
};

class ChangeOfMind extends Error {}

async function order({ dataSource, tasks }: Host, id: number, isRolledBack: boolean): Promise<{ readonly id: string }> {
  let started: { readonly id: string } | undefined;
  try {
    await dataSource.transaction(async (manager) => {
      await manager.query('insert into orders (id) values ($1)', [id]);
      started = await tasks.start({ ...ORDER, context: { order: id } }, { manager });
      if (isRolledBack) throw new ChangeOfMind();
    });
  } catch (error) {
    if (!(error instanceof ChangeOfMind)) throw error;
  }
  return started!;
}
