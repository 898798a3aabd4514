import { Injectable } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import type { IdentifiedRequest, IdentityStrategyContract, StartTaskRequest } from 'nestjs-tasker';
import { Worker } from '../../../lib/engine/steps/worker.js';
import { WorkerLoop } from '../../../lib/engine/steps/worker.loop.js';
import { eventually } from '../../support/eventually.js';
import { aChain, aTemplate } from '../../support/factories.js';
import { brokenInvariants } from '../../support/invariants.js';
import { useLab } from '../../support/lab.js';
import { aScript } from '../../support/script.js';
import { useStage } from '../../support/stage.js';
import { lockWaited } from '../../support/waiting.js';
import { statesOf } from '../../support/workflow.js';

const lab = useLab();
const play = useStage(lab);
const playHashed = useStage(lab, { identity: { strategy: 'hash', windowSeconds: 60 } });

/** As if so much time had passed since the identities were made. */
const passed = (interval: string): Promise<unknown> =>
  lab.query('update tasker.task_identities set expires_at = expires_at - $1::interval', interval);

describe('two requests with the same idempotency key', () => {
  const template = aTemplate();
  const request: StartTaskRequest = { ...template.request, idempotencyKey: 'order-17' };
  const here = { templates: [template], handlers: aScript().handlers };

  it('start one task, which both are answered with', async () => {
    const { tasks } = await play(here);
    const first = await tasks.start(request);
    const second = await tasks.start({ ...request, reason: 'asked again' });
    expect([first.created, second.created, second.id]).toEqual([true, false, first.id]);
    expect(await lab.query('select count(*)::integer from tasker.tasks')).toEqual([{ count: 1 }]);
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('are refused if they have different contexts, instead of one being dropped', async () => {
    const { tasks } = await play(here);
    await tasks.start(request);
    const other = { ...request, context: { other: true } };
    await expect(tasks.start(other)).rejects.toMatchObject({ code: 'TASKER_IDEMPOTENCY_KEY_REUSED', key: 'order-17' });
    await expect(tasks.startMany([template.request, other])).rejects.toMatchObject({ requestIndex: 1 });
    expect(await lab.query('select count(*)::integer from tasker.tasks')).toEqual([{ count: 1 }]);
  });

  it('are two tasks if their keys have two owners', async () => {
    const { tasks } = await play(here);
    const started = [];
    for (const keyOwner of ['ann', 'pete', 'ann']) started.push(await tasks.start(request, { keyOwner }));
    expect(started.map(({ created }) => created)).toEqual([true, true, false]);
    expect(started[2]!.id).toBe(started[0]!.id);
  });

  it('are told the state that it is in', async () => {
    const { tasks, kit } = await play(here);
    const { id } = await tasks.start(request);
    await kit.runToEnd(id);
    expect(await tasks.start(request)).toMatchObject({ id, state: 'complete', created: false });
  });

  it('are one task among many of one call', async () => {
    const { tasks } = await play(here);
    const started = await tasks.startMany([
      request,
      template.request,
      request,
      { ...request, idempotencyKey: 'other' },
    ]);
    expect(started.map(({ created }) => created)).toEqual([true, true, false, true]);
    expect(started[2]!.id).toBe(started[0]!.id);
    expect(new Set(started.map(({ id }) => id)).size).toBe(3);
  });

  it('are one task however many processes ask at the same time', async () => {
    const hosts = await Promise.all([play(here), lab.open(here)]);
    const started = await Promise.all(Array.from({ length: 20 }, (_, index) => hosts[index % 2]!.tasks.start(request)));
    expect(new Set(started.map(({ id }) => id)).size).toBe(1);
    expect(started.filter(({ created }) => created)).toHaveLength(1);
  });

  it('are one task also where the first is started by a worker that is free', async () => {
    const { tasks } = await lab.open({ ...here, worker: { enabled: true } });
    const [first, second] = [await tasks.start(request), await tasks.start(request)];
    expect([first.created, second.created, second.id]).toEqual([true, false, first.id]);
  });

  it('are two when the first was rolled back', async () => {
    const { tasks } = await play(here);
    const undone = lab.persistence.dataSource.transaction(async (manager) => {
      await tasks.start(request, { manager });
      throw new Error('the host changed its mind');
    });
    await expect(undone).rejects.toThrow('changed its mind');
    expect(await tasks.start(request)).toMatchObject({ created: true });
  });

  it('keep nothing else waiting while the first of them is not committed', async () => {
    const host = await lab.open({ ...here, worker: { enabled: true, pollIntervalMs: 600_000 } });
    const worker = host.get(Worker);
    await eventually(() => expect([host.get(WorkerLoop).lastContactAt === null, worker.isIdle]).toEqual([false, true]));
    const { dataSource } = lab.persistence;
    const runner = dataSource.createQueryRunner();
    await runner.startTransaction();
    await host.tasks.start(request, { manager: runner.manager });
    const same = host.tasks.start(request);
    await lockWaited(await lab.connect(), 'start_');
    const { id } = await host.tasks.start(template.request);
    await eventually(async () => expect(await statesOf(lab.persistence, id)).toEqual({ only: 'complete' }));
    await runner.commitTransaction();
    await runner.release();
    expect(await same).toMatchObject({ created: false });
  });

  it('are two when they are for different tasks, and one for different versions of one', async () => {
    const later = aTemplate(undefined, { ...template.request, version: '2.0.0' });
    const other = aTemplate();
    const { tasks } = await play({ templates: [template, later, other], handlers: aScript().handlers });
    const started = await tasks.startMany([
      request,
      { ...later.request, idempotencyKey: 'order-17' },
      { ...other.request, idempotencyKey: 'order-17' },
    ]);
    expect(started.map(({ created, version }) => [created, version])).toEqual([
      [true, '1.0.0'],
      [false, '1.0.0'], // what the task is, not what was asked for
      [true, '1.0.0'],
    ]);
  });

  it('are one task however late the second comes', async () => {
    const { tasks } = await play(here);
    const { id } = await tasks.start(request);
    await passed('100 years');
    expect(await tasks.start(request)).toMatchObject({ id, created: false });
  });

  it('are two when the first task was removed', async () => {
    const { tasks } = await play(here);
    await tasks.start(request);
    await lab.query('delete from tasker.tasks');
    expect(await tasks.start(request)).toMatchObject({ created: true });
  });
});

describe('two calls with the same request key, whose answers got lost', () => {
  const template = aTemplate();

  it('start one task for a day, and then another', async () => {
    const { tasks } = await play({ templates: [template], handlers: aScript().handlers });
    const start = () => tasks.start(template.request, { requestKey: 'click-1' });
    const first = await start();
    await passed('23 hours 59 minutes');
    expect(await start()).toMatchObject({ id: first.id, created: false });
    await passed('2 minutes');
    expect(await start()).toMatchObject({ created: true });
  });

  it('have nothing to do with an idempotency key of the same text', async () => {
    const { tasks } = await play({ templates: [template], handlers: aScript().handlers });
    await tasks.start({ ...template.request, idempotencyKey: 'same' });
    expect(await tasks.start(template.request, { requestKey: 'same' })).toMatchObject({ created: true });
  });
});

describe('the identity strategy hash', () => {
  const template = aTemplate(aChain('a', 'b'), { steps: { b: { skippable: true } } });
  const other = aTemplate(undefined, { ...template.request, version: '1.1.0' });
  const open = () => playHashed({ templates: [template, other], handlers: aScript().handlers });

  it('makes equal requests one task, in whatever order their contexts are written', async () => {
    const { tasks } = await open();
    const first = await tasks.start({ ...template.request, context: { a: 1, b: { c: 2, d: 3 } } });
    const second = await tasks.start({ ...template.request, context: { b: { d: 3, c: 2 }, a: 1 }, tags: ['again'] });
    expect([second.created, second.id]).toEqual([false, first.id]);
    const [row] = await lab.query('select identity_hash from tasker.tasks');
    expect(row!.identity_hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each<[string, Partial<StartTaskRequest>]>([
    ['another initiator', { initiator: 'bob' }],
    ['another source system', { sourceSystem: 'crm' }],
    ['another reason', { reason: 'again' }],
    ['another context', { context: { a: 2 } }],
    ['another version', other.request],
    ['bypassed steps', { bypassSteps: ['b'] }],
  ])('makes another task of a request with %s', async (_, difference) => {
    const { tasks } = await open();
    await tasks.start({ ...template.request, context: { a: 1 } });
    expect(await tasks.start({ ...template.request, context: { a: 1 }, ...difference })).toMatchObject({
      created: true,
    });
  });

  it('makes another task when the window is over, counted from the first and not from the minute', async () => {
    const { tasks } = await open();
    const first = await tasks.start(template.request);
    await passed('61 seconds');
    const second = await tasks.start(template.request);
    expect([second.created, second.id === first.id]).toEqual([true, false]);
    expect(await tasks.start(template.request)).toMatchObject({ created: false, id: second.id });
  });
});

describe('an identity strategy of the host', () => {
  @Injectable()
  class ByOrder implements IdentityStrategyContract {
    identify({ context }: IdentifiedRequest): string | null {
      return context.order === undefined ? null : `order ${JSON.stringify(context.order)}`;
    }
  }
  const template = aTemplate();

  it('says which requests are the same', async () => {
    const { tasks } = await lab.open({
      templates: [template],
      handlers: aScript().handlers,
      providers: [ByOrder],
      identity: { strategy: ByOrder },
    });
    const contexts = [{ order: 1 }, { order: 1, note: 'again' }, { order: 2 }, {}, {}];
    const started = await tasks.startMany(contexts.map((context) => ({ ...template.request, context })));
    expect(started.map(({ created }) => created)).toEqual([true, false, true, true, true]);
  });

  it('that nobody provides is an error at start', async () => {
    const opening = lab.open({ templates: [template], handlers: aScript().handlers, identity: { strategy: ByOrder } });
    await expect(opening).rejects.toThrow('The option identity.strategy names ByOrder, which no module provides.');
  });

  it('that has no identify is an error at start', async () => {
    class Speechless {
      readonly identity = null;
    }
    const opening = lab.open({
      templates: [template],
      handlers: aScript().handlers,
      providers: [Speechless],
      identity: { strategy: Speechless },
    });
    await expect(opening).rejects.toThrow('names Speechless, which has no method identify().');
  });
});

describe('the default identity', () => {
  it('never takes one request for another', async () => {
    const template = aTemplate();
    const { tasks } = await play({ templates: [template], handlers: aScript().handlers });
    const started = await tasks.startMany([template.request, template.request]);
    expect(new Set(started.map(({ id }) => id)).size).toBe(2);
  });
});
