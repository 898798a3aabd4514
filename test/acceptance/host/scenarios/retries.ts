import { defineTask, PermanentError, RetryableError } from 'nestjs-tasker';
import { anonymous } from '../anonymous.js';
import { handler, type Scenario } from '../scenario.js';
import { ended } from '../task.js';

const BACKOFF = { baseSeconds: 0.1, factor: 1, maxSeconds: 1, jitter: 0 };
const FLAKY = { namespace: 'retries', name: 'flaky', version: '1.0.0' };
const DECLINED = { namespace: 'retries', name: 'declined', version: '1.0.0' };
const EXHAUSTED = { namespace: 'retries', name: 'exhausted', version: '1.0.0' };

/** What became of steps that fail, down to the last field that REST shows. */
export const retries: Scenario = {
  templates: [
    defineTask({ ...FLAKY, defaults: { backoff: BACKOFF } })
      .step('flaky', { handler: 'retries.flaky' })
      .step('after', { handler: 'retries.after', dependsOn: ['flaky'] }),
    defineTask(DECLINED)
      .step('pay', { handler: 'retries.declined' })
      .step('after', { handler: 'retries.after', dependsOn: ['pay'] }),
    defineTask({ ...EXHAUSTED, defaults: { backoff: BACKOFF } }).step('try', {
      handler: 'retries.busy',
      retryLimit: 2,
    }),
  ],
  handlers: [
    handler('retries.flaky', ({ attempt }) => {
      if (attempt < 3) throw new Error(`attempt ${attempt} – "failed" \\ with 'quotes' and ünïcode`);
      return { attempt, when: '31.12.2029', amount: 12.5, large: '9007199254740993' };
    }),
    handler('retries.after', ({ results }) => ({ results })),
    handler('retries.declined', () => {
      throw new PermanentError('the card was declined', { code: 'DECLINED', context: { card: 4 } });
    }),
    handler('retries.busy', () => {
      throw new RetryableError('the bank is busy', { code: 'BUSY', retryAfter: 0.1 });
    }),
  ],
  observe: async (host) => {
    const documents = [];
    for (const template of [FLAKY, DECLINED, EXHAUSTED]) {
      const { id } = await host.tasks.start({
        ...template,
        tags: ['retried'],
        context: { amount: 1.5, at: '1.2.2030' },
      });
      documents.push(await ended(host, id, 'context,summary,annotations,transitions,analysis'));
    }
    const { body } = await host.ask('/dead_letters');
    // Other scenarios run beside this one, and some of their tasks fail, too.
    const letters = (body.deadLetters as readonly { task: { namespace: string } }[]).filter(
      ({ task }) => task.namespace === FLAKY.namespace,
    );
    return { tasks: anonymous(documents), deadLetters: letters.length };
  },
};
