import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { dataKeys, PermanentError, type JsonObject, type StepContext } from 'nestjs-tasker';
import { aChain, aTemplate } from '../../support/factories.js';
import { useLab } from '../../support/lab.js';
import { tablesWith } from '../../support/stored.texts.js';

const lab = useLab();
const ME = { actor: 'ada' };

/** Values that appear nowhere else. */
const EMAIL = 'canary-mail@example.org';
const CARD = '4929000011112222';
const PAN = 'canary-pan-774';

const context = { order: 17, customer: { email: EMAIL, name: 'Bo' }, cards: [{ number: CARD, month: 5 }] };
const redacted = {
  order: 17,
  customer: { email: '[redacted]', name: 'Bo' },
  cards: [{ number: '[redacted]', month: 5 }],
};

const template = aTemplate(aChain('charge', 'report'), {
  name: 'payment',
  sensitiveData: {
    context: ['$.customer.email', '$.cards[*].number'],
    results: { charge: ['$.receipt.pan'] },
    errors: ['$.context.request'],
    subject: '$.customer.email',
  },
  steps: { charge: { handler: 'charge' }, report: { handler: 'report' } },
});

const keys = {
  none: null,
  one: dataKeys('k1', { k1: randomBytes(32) }),
};

describe.each(['none', 'one'] as const)('sensitive data with %s key', (kind) => {
  const seen: StepContext[] = [];
  const shared = lab.share({
    templates: [template],
    sensitiveData: { keys: keys[kind], subjectSecret: 'x'.repeat(32) },
    handlers: {
      charge: (step) => {
        seen.push(step);
        return { receipt: { pan: PAN, amount: 3 }, of: step.task.id };
      },
      report: async (step) => {
        seen.push(step);
        expect(await step.resultsOf('charge')).toMatchObject({ receipt: { pan: PAN } });
        throw new PermanentError(`no mail to ${EMAIL}?to=${encodeURIComponent(EMAIL)}, "${PAN}"`, {
          context: { request: { body: 'private' }, card: Number(CARD), tried: [EMAIL] },
        });
      },
    },
  });

  it('reaches handlers, and nothing else', async () => {
    seen.length = 0;
    const { tasks, kit } = shared();
    const { id } = await tasks.start({ ...template.request, context });
    await kit.runUntilIdle();
    expect(seen.map(({ task }) => task.context)).toEqual([context, context]);
    expect(seen[1]!.results).toMatchObject({ charge: { receipt: { pan: PAN, amount: 3 } } });
    const task = await kit.task(id);
    expect(task.context).toEqual(redacted);
    expect(task.steps[0]!.results).toMatchObject({ receipt: { pan: '[redacted]', amount: 3 } });
    expect(task.steps[1]!.error).toMatchObject({
      message: 'no mail to [redacted]?to=[redacted], "[redacted]"',
      context: { request: '[redacted]', card: '[redacted]', tried: ['[redacted]'] },
    });
    for (const secret of [EMAIL, CARD, PAN]) {
      expect(await tablesWith(lab, secret)).toEqual(kind === 'none' ? ['sensitive_values'] : []);
    }
  });

  it('goes with a task that is repeated, and with the results that it keeps', async () => {
    seen.length = 0;
    const { tasks, kit } = shared();
    const { id } = await tasks.start({ ...template.request, context });
    await kit.runUntilIdle();
    const again = await tasks.rerun(id, { ...ME, from: 'report' });
    await kit.runUntilIdle();
    expect(seen).toHaveLength(3);
    expect(seen[2]!.task).toMatchObject({ id: again.id, context });
    expect(seen[2]!.results).toMatchObject({ charge: { receipt: { pan: PAN } } });
    const other = await tasks.rerun(id, { ...ME, context: { ...context, order: 18 } });
    await kit.runUntilIdle();
    expect(seen[3]!.task).toMatchObject({ id: other.id, context: { ...context, order: 18 } });
    expect((await kit.task(other.id)).context).toEqual({ ...redacted, order: 18 });
  });

  it('of results that a person gives is kept apart, too', async () => {
    seen.length = 0;
    const { tasks, kit } = shared();
    const { id } = await tasks.start({ ...template.request, context });
    await tasks.resolveStep(id, 'charge', { ...ME, results: { receipt: { pan: 'canary-given' } } });
    expect((await kit.task(id)).steps[0]!.results).toEqual({ receipt: { pan: '[redacted]' } });
    await kit.runUntilIdle();
    expect(seen.map(({ results }) => results as JsonObject)).toEqual([
      { charge: { receipt: { pan: 'canary-given' } } },
    ]);
    expect(await tablesWith(lab, 'canary-given')).toEqual(kind === 'none' ? ['sensitive_values'] : []);
  });

  it('counts when a request with an idempotency key is repeated', async () => {
    const { tasks } = shared();
    const request = { ...template.request, context, idempotencyKey: `key of ${kind}` };
    const first = await tasks.start(request);
    expect(await tasks.start({ ...request, context: structuredClone(context) })).toMatchObject({
      id: first.id,
      created: false,
    });
    const changed = { ...context, customer: { ...context.customer, email: 'somebody@example.org' } };
    await expect(tasks.start({ ...request, context: changed })).rejects.toThrow('idempotency key');
  });

  it('is removed with its task', async () => {
    const { tasks } = shared();
    await tasks.start({ ...template.request, context });
    await lab.query('delete from __schema__.tasks');
    for (const table of ['sensitive_values', 'data_subjects']) {
      expect(await lab.query(`select from __schema__.${table}`)).toEqual([]);
    }
  });
});
