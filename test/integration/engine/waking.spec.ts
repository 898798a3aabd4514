import { describe, expect, it, jest } from '@jest/globals';
import { DataSource } from 'typeorm';
import { RetryableError } from 'nestjs-tasker';
import { WorkerLoop } from '../../../lib/engine/steps/worker.loop.js';
import { Worker } from '../../../lib/engine/steps/worker.js';
import { ReadyChannelFactory } from '../../../lib/persistence/ready.channel.js';
import { aGate, eventually } from '../../support/eventually.js';
import { aChain, aTemplate, independent, type TestTemplate } from '../../support/factories.js';
import { stepHistory } from '../../support/history.js';
import type { Host } from '../../support/host.js';
import { useLab } from '../../support/lab.js';
import { aScript, failing, type Script } from '../../support/script.js';
import { useStage } from '../../support/stage.js';

const lab = useLab();
/** Starts tasks and runs nothing. */
const anOffice = useStage(lab);

/** Longer than any test: whatever runs was not found by looking now and then. */
const NEVER_MS = 600_000;

/** The host that starts tasks and runs nothing, and one with an idle worker. */
async function twoHosts(
  template: TestTemplate,
  { pollIntervalMs = NEVER_MS }: { pollIntervalMs?: number } = {},
): Promise<{ office: Host; workshop: Host; script: Script }> {
  const script = aScript();
  const office = await anOffice({ templates: [template] });
  const workshop = await lab.open({
    name: 'workshop',
    templates: [template],
    handlers: script.handlers,
    worker: { enabled: true, pollIntervalMs },
  });
  await idle(workshop);
  return { office, workshop, script };
}

/** Resolves when the worker has looked for work and found none. */
const idle = (host: Host) =>
  eventually(() => {
    expect(host.get(WorkerLoop).lastContactAt).not.toBeNull();
    expect(host.get(Worker).isIdle).toBe(true);
  });

const completed = (host: Host, id: string) =>
  eventually(async () => expect((await host.kit.task(id)).state).toBe('complete'));

/** The sessions in which a host hears of ready work. */
async function listeners(name: string): Promise<number[]> {
  const rows = await lab.query<{ pid: number }>(
    `select pid from pg_stat_activity
     where datname = current_database() and application_name = $1
       and (query ilike 'listen %' or query ilike 'notify %')`,
    name,
  );
  return rows.map(({ pid }) => pid);
}

/** Breaks the connection on which a host hears of ready work, and resolves when its session is gone. */
async function deafen(name: string): Promise<void> {
  const [pid] = await listeners(name);
  await lab.query('select pg_terminate_backend($1, 5000)', pid);
}

describe('an idle worker', () => {
  it('begins at once what another process starts', async () => {
    const template = aTemplate();
    const { office, script } = await twoHosts(template);
    const { id } = await office.tasks.start(template.request);
    await completed(office, id);
    expect(script.runs).toHaveLength(1);
  });

  it('begins what another process started in a transaction as soon as that commits', async () => {
    const template = aTemplate();
    const { office, script } = await twoHosts(template);
    const inside = await office.get(DataSource).transaction(async (manager) => {
      const started = await office.tasks.start(template.request, { manager });
      await completed(office, (await office.tasks.start(template.request)).id); // wakes the worker while this is open
      expect(script.runs).toHaveLength(1);
      return started.id;
    });
    await completed(office, inside);
    expect(script.runs.map(({ taskId }) => taskId)).toContain(inside);
  });

  it('begins what a step run by another process made ready', async () => {
    const nodes = aChain('cut', 'paint');
    const template = aTemplate(nodes, { steps: { cut: { queue: 'saw' }, paint: { queue: 'brush' } } });
    const open = (queue: string) =>
      lab.open({
        templates: [template],
        handlers: aScript().handlers,
        worker: { enabled: true, pollIntervalMs: NEVER_MS, queues: [queue] },
      });
    const [saw, brush] = [await open('saw'), await open('brush')];
    await Promise.all([idle(saw), idle(brush)]);
    const { id } = await saw.tasks.start(template.request);
    await completed(saw, id);
  });
});

describe('a worker with room for many steps', () => {
  it('fills it although it asks for half of that at a time, and none of them ends', async () => {
    const template = aTemplate();
    const gate = aGate();
    const script = aScript({ only: () => gate.passed });
    const office = await anOffice({ templates: [template] });
    await office.tasks.startMany(Array.from({ length: 200 }, () => template.request));
    await lab.open({
      templates: [template],
      handlers: script.handlers,
      worker: { enabled: true, pollIntervalMs: NEVER_MS, concurrency: 200 },
    });
    await eventually(() => expect(script.runs).toHaveLength(200));
    gate.open();
  });
});

describe('a worker that cannot hear of ready work', () => {
  it('finds it when it looks the next time', async () => {
    const template = aTemplate();
    const { office, workshop } = await twoHosts(template, { pollIntervalMs: 100 });
    // A pooler that hands each statement to another session is like this all the time.
    jest.spyOn(workshop.get(ReadyChannelFactory), 'open').mockRejectedValue(new Error('no session to listen in'));
    await deafen('workshop');
    const { id } = await office.tasks.start(template.request);
    await completed(office, id);
    expect(await listeners('workshop')).toEqual([]);
  });

  it('begins what it missed as soon as it hears again, and hears what comes then', async () => {
    const template = aTemplate();
    const { office } = await twoHosts(template);
    await deafen('workshop');
    const missed = await office.tasks.start(template.request);
    await completed(office, missed.id);
    expect(await listeners('workshop')).toHaveLength(1);
    const heard = await office.tasks.start(template.request);
    await completed(office, heard.id);
  });

  it('does not keep a process from running what it starts itself', async () => {
    const template = aTemplate();
    const { workshop } = await twoHosts(template);
    jest.spyOn(workshop.get(ReadyChannelFactory), 'open').mockRejectedValue(new Error('no session to listen in'));
    await deafen('workshop');
    const { id } = await workshop.tasks.start(template.request);
    await completed(workshop, id);
  });
});

describe('a retry that comes due', () => {
  const aWorkshop = useStage(lab, { worker: { enabled: true, pollIntervalMs: NEVER_MS } });

  /** Whole milliseconds from the first failure of a step to its next attempt. */
  async function waited(taskId: string, step: string): Promise<number> {
    const history = (await stepHistory(lab, taskId)).filter((each) => each.step === step);
    const failure = history.find(({ to }) => to === 'error')!;
    const again = history.find(({ from }) => from === 'error')!;
    return again.at.getTime() - failure.at.getTime() + 1; // both were cut to whole ones
  }

  it('is begun by itself at its time, and so is the next one', async () => {
    const template = aTemplate(undefined, { defaults: { backoff: { baseSeconds: 0.3, jitter: 0 } } });
    const { handlers } = aScript({ only: failing(2) });
    const workshop = await aWorkshop({ templates: [template], handlers });
    const { id } = await workshop.tasks.start(template.request);
    await completed(workshop, id);
    const wait = await waited(id, 'only');
    expect(wait).toBeGreaterThanOrEqual(300);
    expect(wait).toBeLessThan(5_000);
  });

  it('is begun at its time although a later one is waited for as well', async () => {
    const script = aScript({
      later: failing(1, () => new RetryableError('much later', { retryAfter: 3_000 })),
      sooner: failing(1, () => new RetryableError('soon', { retryAfter: 0.2 })),
    });
    const template = aTemplate(independent('later', 'sooner'));
    const workshop = await aWorkshop({ templates: [template], handlers: script.handlers });
    const { id } = await workshop.tasks.start(template.request);
    await eventually(() => expect(script.runsOf('sooner')).toHaveLength(2));
    expect(await waited(id, 'sooner')).toBeGreaterThanOrEqual(200);
    expect(script.runsOf('later')).toHaveLength(1);
  });

  it('is begun at its time although a later one comes up meanwhile', async () => {
    const gate = aGate();
    const failLater = failing(1, () => new RetryableError('much later', { retryAfter: 3_000 }));
    const script = aScript({
      later: (context) => gate.passed.then(() => failLater(context)),
      sooner: failing(1, () => new RetryableError('soon', { retryAfter: 1 })),
    });
    const template = aTemplate(independent('later', 'sooner'));
    const workshop = await aWorkshop({ templates: [template], handlers: script.handlers });
    const { id } = await workshop.tasks.start(template.request);
    const failures = (): Promise<number> =>
      stepHistory(lab, id).then((all) => all.filter(({ to }) => to === 'error').length);
    await eventually(async () => expect(await failures()).toBe(1));
    gate.open();
    await eventually(() => expect(script.runsOf('sooner')).toHaveLength(2));
    expect(script.runsOf('later')).toHaveLength(1);
  });

  it('is a month away without the timer that Node would let fire at once', async () => {
    const warnings: string[] = [];
    const listen = ({ name }: Error): unknown => warnings.push(name);
    process.on('warning', listen);
    const script = aScript({ only: failing(1, () => new RetryableError('next month', { retryAfter: 2_600_000 })) });
    const template = aTemplate();
    const workshop = await aWorkshop({ templates: [template], handlers: script.handlers });
    const { id } = await workshop.tasks.start(template.request);
    await eventually(async () => expect((await stepHistory(lab, id)).map(({ to }) => to)).toContain('error'));
    await idle(workshop);
    await new Promise((resolve) => setImmediate(resolve)); // Node tells of warnings a turn later
    process.off('warning', listen);
    expect(warnings).toEqual([]);
  });
});
