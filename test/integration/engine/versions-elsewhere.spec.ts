import { Injectable } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { TaskHandler, TaskReader, TemplateReader } from 'nestjs-tasker';
import { Worker } from '../../../lib/engine/steps/worker.js';
import { useAmbientTransactions } from '../../support/ambient.transactions.js';
import { aGate, eventually } from '../../support/eventually.js';
import { aChain, aTemplate } from '../../support/factories.js';
import type { Host } from '../../support/host.js';
import { useLab } from '../../support/lab.js';
import { aScript } from '../../support/script.js';
import { useStage } from '../../support/stage.js';

const lab = useLab();
/** A process that has templates loaded and runs no steps. What it has read about others counts for a second. */
const anOffice = useStage(lab);
const BY = { actor: 'ann' };

/** Two versions of one template, under a name of their own. */
function twoVersions(name: string) {
  const contextSchema = { type: 'object', required: ['orderId'], properties: { orderId: { type: 'integer' } } };
  return {
    old: aTemplate(aChain('collect', 'send'), { name, version: '1.0.0' }),
    fresh: aTemplate(aChain('collect', 'check', 'send'), { name, version: '1.1.0', contextSchema }),
  };
}

const working = { enabled: true, pollIntervalMs: 100 };

/** A process that runs steps, and has these templates loaded. */
const aWorker = (...templates: readonly ReturnType<typeof aTemplate>[]): Promise<Host> =>
  lab.open({ templates: [...templates], handlers: aScript().handlers, worker: working });

const complete = (host: Host, id: string): Promise<void> =>
  eventually(async () => expect(await host.get(TaskReader).find(id)).toMatchObject({ state: 'complete' }));

describe('a version of a template that only a worker elsewhere has loaded', () => {
  it('can be started, found by `latest`, listed and shown from any process', async () => {
    const { old, fresh } = twoVersions('deployed');
    const api = await anOffice({ templates: [fresh] });
    const worker = await aWorker(old);
    const { id, version } = await eventually(() => api.tasks.start(old.request));
    expect(version).toBe('1.0.0');
    await complete(worker, id);
    // The newer one is loaded here, but nobody would run it.
    for (const { tasks } of [api, worker]) {
      expect(await tasks.start({ ...fresh.request, version: 'latest' })).toMatchObject({ version: '1.0.0' });
    }
    const [listed] = (await api.get(TemplateReader).list('tests')).filter(({ name }) => name === 'deployed');
    expect(listed).toMatchObject({ versions: ['1.1.0', '1.0.0'], latestVersion: '1.0.0', stepCount: 2 });
    expect((await api.get(TemplateReader).get('tests', 'deployed', '1.0.0')).graph.edges).toEqual([
      { from: 'collect', to: 'send' },
    ]);

    await aWorker(old, fresh);
    await eventually(async () =>
      expect(await api.tasks.start({ ...fresh.request, version: 'latest', context: { orderId: 1 } })).toMatchObject({
        version: '1.1.0',
      }),
    );
  });

  it('can be started in transactions that hold all connections', async () => {
    const { old, fresh } = twoVersions('in_transaction');
    await aWorker(old);
    const api = await lab.open({ templates: [fresh], dataSource: { poolSize: 2 } });
    const started = await Promise.all(
      [1, 2, 3].map(() => api.get(DataSource).transaction((manager) => api.tasks.start(old.request, { manager }))),
    );
    expect(new Set(started.map(({ id }) => id)).size).toBe(3);
  });

  it('can be started in transactions that a library keeps in the context and that hold all connections', async () => {
    const { old, fresh } = twoVersions('in_ambient_transaction');
    await aWorker(old);
    const limits = { dataSource: { poolSize: 2 }, database: { statementTimeoutMs: 2_000 } };
    const api = await lab.open({ templates: [fresh], ...limits });
    const transactions = useAmbientTransactions(api.get(DataSource));
    const held = [aGate(), aGate()];
    const started = await Promise.all(
      held.map(({ open }) =>
        transactions.run(async () => {
          open();
          await Promise.all(held.map(({ passed }) => passed));
          return api.tasks.start({ ...old.request, version: 'latest' });
        }),
      ),
    );
    expect(started).toMatchObject([{ version: '1.0.0' }, { version: '1.0.0' }]);
  });

  it('is refused where its task handler is not', async () => {
    const { old, fresh } = twoVersions('handled');
    @Injectable()
    @TaskHandler({ namespace: 'tests', name: 'handled', version: '1.0.0' })
    class Notes {
      updateAnnotations() {
        return [];
      }
    }
    await lab.open({ templates: [old], handlers: aScript().handlers, providers: [Notes], worker: working });
    const api = await anOffice({ templates: [fresh] });
    await eventually(() =>
      expect(api.tasks.start(old.request)).rejects.toMatchObject({
        code: 'TASKER_UNAVAILABLE_TEMPLATE',
        httpStatus: 409,
        reason: 'handled elsewhere',
      }),
    );
  });
});

describe('a version of a template that no process has loaded any more', () => {
  it('can no longer be started, but its tasks can be repeated, shown and drawn', async () => {
    const { old, fresh } = twoVersions('retired');
    const before = await aWorker(old);
    const { id } = await before.tasks.start(old.request);
    await complete(before, id);
    await before.close();

    const after = await aWorker(fresh);
    await expect(after.tasks.start(old.request)).rejects.toMatchObject({
      code: 'TASKER_UNAVAILABLE_TEMPLATE',
      reason: 'loaded nowhere',
    });
    await expect(after.tasks.startMany([old.request])).rejects.toMatchObject({ requestIndex: 0 });
    const repeated = await after.tasks.rerun(id, BY);
    expect(repeated).toMatchObject({ version: '1.0.0', created: true });
    await complete(after, repeated.id);
    expect(await after.get(TemplateReader).get('tests', 'retired', '1.0.0')).toMatchObject({
      version: '1.0.0',
      versions: ['1.1.0', '1.0.0'],
      steps: [{ name: 'collect' }, { name: 'send' }],
    });
  });

  it('is unknown, and no error of the database, when its name can be none', async () => {
    const { fresh } = twoVersions('nameable');
    const { tasks, get } = await anOffice({ templates: [fresh] });
    const unknown = { code: 'TASKER_UNKNOWN_TEMPLATE' };
    await expect(tasks.start({ ...fresh.request, version: '1.0\0' })).rejects.toMatchObject({ httpStatus: 400 });
    await expect(get(TemplateReader).get('tests', 'a\0b', 'latest')).rejects.toMatchObject(unknown);
    expect(await get(TemplateReader).find('tests', 'nameable', '1\0')).toBeNull();
  });

  it('is unknown where nobody ever loaded it, and the error names what comes close', async () => {
    const { fresh } = twoVersions('never');
    const { tasks } = await anOffice({ templates: [fresh] });
    await expect(tasks.start({ ...fresh.request, version: '1.0.1' })).rejects.toMatchObject({
      code: 'TASKER_UNKNOWN_TEMPLATE',
      message: expect.stringContaining('1.1.0'),
    });
  });
});

describe('a task that is repeated in another version', () => {
  it('runs the steps of that version, keeps results under their names, and is checked against its schema', async () => {
    const { old, fresh } = twoVersions('moved');
    const host = await aWorker(old, fresh);
    const { id } = await host.tasks.start({ ...old.request, context: { note: 'x' } });
    await complete(host, id);
    await expect(host.tasks.rerun(id, { ...BY, version: '1.1.0' })).rejects.toMatchObject({
      code: 'TASKER_INVALID_CONTEXT',
    });
    const context = { orderId: 7 };
    const moved = await host.tasks.rerun(id, { ...BY, version: 'latest', from: 'send', context });
    expect(moved).toMatchObject({ version: '1.1.0' });
    await complete(host, moved.id);
    expect((await host.get(TaskReader).get(moved.id)).steps).toMatchObject([
      { name: 'collect', state: 'resolved_manually' },
      { name: 'check', state: 'complete' },
      { name: 'send', state: 'complete' },
    ]);
    await expect(host.tasks.rerun(id, { ...BY, version: '9.9.9' })).rejects.toMatchObject({
      code: 'TASKER_UNKNOWN_TEMPLATE',
    });
  });
});

describe('a worker that cannot run a step', () => {
  it('hands it back uncounted, and claims no step of its template any more', async () => {
    const { old } = twoVersions('not_here');
    const able = await lab.open({ templates: [old], handlers: aScript().handlers });
    const unable = (await lab.open({})).get(Worker);
    const { id } = await able.tasks.start(old.request);
    expect(await unable.runOnce()).toMatchObject({ claimed: 1 });
    const again = await able.tasks.start(old.request);
    expect(await unable.runOnce()).toMatchObject({ claimed: 0 });
    expect(unable.waitingOutcomes).toBe(0);
    for (const { steps } of [await able.kit.runToEnd(id), await able.kit.runToEnd(again.id)]) {
      expect(steps.map(({ attempts }) => attempts)).toEqual([1, 1]);
    }
  });
});
