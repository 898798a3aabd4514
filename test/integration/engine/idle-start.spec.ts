import { describe, expect, it } from '@jest/globals';
import { aGate, eventually } from '../../support/eventually.js';
import { aChain, aTemplate, independent } from '../../support/factories.js';
import { claimsAtBirth, stepHistory } from '../../support/history.js';
import { brokenInvariants } from '../../support/invariants.js';
import { useLab } from '../../support/lab.js';
import { aScript } from '../../support/script.js';

const lab = useLab();

describe('a process whose worker is idle', () => {
  it('claims the first steps of what it starts in the transaction that creates it', async () => {
    const template = aTemplate([...independent('one', 'two'), ...aChain('first', 'second')]);
    const { tasks, kit } = await lab.open({
      templates: [template],
      handlers: aScript().handlers,
      worker: { enabled: true },
    });
    const { id } = await tasks.start(template.request);
    await eventually(async () => expect((await kit.task(id)).state).toBe('complete'));
    expect(await claimsAtBirth(lab, id)).toHaveLength(3);
    expect((await stepHistory(lab, id)).filter(({ to }) => to === 'complete')).toHaveLength(4);
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('takes no more than it can run, and goes on with the rest', async () => {
    const template = aTemplate([...independent('one', 'two'), ...aChain('three', 'four')]);
    const gate = aGate();
    const script = aScript({ one: () => gate.passed, two: () => gate.passed, three: () => gate.passed });
    const { tasks, kit } = await lab.open({
      templates: [template],
      handlers: script.handlers,
      worker: { enabled: true, concurrency: 2 },
    });
    const { id } = await tasks.start(template.request);
    expect(script.runs).toHaveLength(2);
    gate.open();
    await eventually(async () => expect((await kit.task(id)).state).toBe('complete'));
    expect(await claimsAtBirth(lab, id)).toHaveLength(2);
  });

  it('leaves to others what is of a queue that it does not serve', async () => {
    const template = aTemplate(independent('here', 'there'), { steps: { there: { queue: 'there' } } });
    const [near, far] = [aScript(), aScript()];
    const worker = { enabled: true, pollIntervalMs: 60_000 };
    await lab.open({ templates: [template], handlers: far.handlers, worker: { ...worker, queues: ['there'] } });
    const { tasks, kit } = await lab.open({
      templates: [template],
      handlers: near.handlers,
      worker: { ...worker, queues: ['default'] },
    });
    const { id } = await tasks.start(template.request);
    await eventually(async () => expect((await kit.task(id)).state).toBe('complete'));
    expect([near, far].map(({ runs }) => runs.map(({ step }) => step))).toEqual([['here'], ['there']]);
  });

  it('stores nothing of a request that the database refuses, and works on', async () => {
    const template = aTemplate();
    const { tasks, kit } = await lab.open({
      templates: [template],
      handlers: aScript().handlers,
      worker: { enabled: true },
    });
    await lab.query('alter table __schema__.tasks add constraint picky check (reason <> $$nonsense$$)');
    await expect(tasks.start({ ...template.request, reason: 'nonsense' })).rejects.toThrow('picky');
    await lab.query('alter table __schema__.tasks drop constraint picky');
    const { id } = await tasks.start(template.request);
    await eventually(async () => expect((await kit.task(id)).state).toBe('complete'));
    expect(await lab.query('select task_id from __schema__.tasks')).toHaveLength(1);
  });
});
