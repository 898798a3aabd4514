import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { DeadLetterReader } from 'nestjs-tasker';
import { StepTemplateCache } from '../../../lib/engine/steps/step-template.cache.js';
import { WorkerMaintenance } from '../../../lib/engine/steps/worker.maintenance.js';
import { WorkerHealth } from '../../../lib/engine/steps/worker.health.js';
import { Worker } from '../../../lib/engine/steps/worker.js';
import { aGate } from '../../support/eventually.js';
import { aChain, aTemplate, independent } from '../../support/factories.js';
import { brokenInvariants } from '../../support/invariants.js';
import { useLab } from '../../support/lab.js';
import { BY } from '../../support/operations.js';
import { aScript } from '../../support/script.js';
import { useStage } from '../../support/stage.js';
import { statesOf } from '../../support/workflow.js';

const lab = useLab();
afterEach(() => void jest.restoreAllMocks());

describe('a claimed step whose template is not in the database any more', () => {
  it('fails for good, is a dead letter, an error in the log once, a reason in readiness; put back, it runs', async () => {
    const error = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    const template = aTemplate(independent('only'));
    const other = aTemplate(independent('fine'));
    const script = aScript();
    const host = await lab.open({ templates: [template, other], handlers: script.handlers });
    const [one, two] = await host.tasks.startMany([template.request, template.request]);
    const sound = await host.tasks.start(other.request);
    await lab.query(
      `create table __schema__.gone as select st.* from __schema__.named_tasks_named_steps st
       where st.id in (select step_template_id from __schema__.workflow_steps where task_id = $1)`,
      one!.id,
    );
    const [{ id: templateId }] = (await lab.query('select id from __schema__.gone')) as [{ id: string }];
    await lab.query('delete from __schema__.named_tasks_named_steps where id = $1', templateId);

    await host.kit.runUntilIdle();
    expect((await host.kit.task(sound.id)).state).toBe('complete');
    expect(script.runs).toHaveLength(1);
    const { items } = await host.get(DeadLetterReader).list();
    expect(items.map(({ letter }) => [letter.task.id, letter.failedSteps])).toEqual(
      expect.arrayContaining(
        [one!, two!].map(({ id }) => [
          id,
          [
            expect.objectContaining({
              name: 'only',
              attempts: 1,
              error: expect.objectContaining({ code: 'MISSING_TEMPLATE', permanent: true }),
            }),
          ],
        ]),
      ),
    );
    const sentence = 'Steps fail because 1 of their templates are missing from the database.';
    expect(error.mock.calls.filter(([message]) => message === sentence)).toEqual([
      [sentence, expect.stringContaining(templateId)],
    ]);
    const faults = () => Object.values(host.get(WorkerHealth).checks()).map(({ fault }) => fault());
    expect(faults()).toEqual([sentence]);

    await lab.query(
      `insert into __schema__.named_tasks_named_steps overriding system value select * from __schema__.gone`,
    );
    await lab.query('drop table __schema__.gone');
    await host.get(WorkerMaintenance).checkOnce();
    expect(faults()).toEqual([]);
    for (const { id } of [one!, two!]) await host.tasks.reset(id, { ...BY });
    await host.kit.runUntilIdle();
    expect((await host.kit.task(one!.id)).state).toBe('complete');
    expect((await host.kit.task(two!.id)).state).toBe('complete');
  });
});

describe('a claimed step of whose parent the template is not in the database any more', () => {
  it('fails for good as well, and holds up no other', async () => {
    const error = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    const template = aTemplate(aChain('parent', 'child'));
    const other = aTemplate(independent('fine'));
    const settings = { templates: [template, other], handlers: aScript().handlers };
    const first = await lab.open(settings);
    const { id } = await first.tasks.start(template.request);
    const sound = await first.tasks.start(other.request);
    await first.get(Worker).runOnce();
    await first.get(Worker).settled();
    await first.get(Worker).runOnce(0);
    expect(await statesOf(lab.persistence, id)).toEqual({ parent: 'complete', child: 'pending' });
    const [parent] = await lab.query<{ id: string }>(
      `delete from __schema__.named_tasks_named_steps
       where id = (select step_template_id from __schema__.workflow_steps where task_id = $1 and state = 'complete')
       returning id`,
      id,
    );

    const second = await lab.open({ ...settings, templates: [other] });
    await second.kit.runUntilIdle();
    expect((await second.kit.task(id)).steps[1]).toMatchObject({
      state: 'error',
      attempts: 1,
      error: { code: 'MISSING_TEMPLATE' },
    });
    expect((await second.kit.task(sound.id)).state).toBe('complete');
    expect(error).toHaveBeenCalledWith(
      'Steps fail because 1 of their templates are missing from the database.',
      expect.stringContaining(parent!.id),
    );
  });
});

describe('claimed steps whose templates the database refuses to show', () => {
  it('wait a second between two tries, a reason in readiness, and run when that is mended', async () => {
    const error = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    const template = aTemplate(independent('only'));
    const host = await lab.open({ templates: [template], handlers: aScript().handlers });
    const { id } = await host.tasks.start(template.request);
    const faults = () => Object.values(host.get(WorkerHealth).checks()).map(({ fault }) => fault());
    const sentence = 'Step templates cannot be loaded; the steps that need them are handed back and will be retried.';
    await lab.query('alter table __schema__.named_tasks_named_steps rename column handler_config to gone');
    try {
      await host.kit.runUntilIdle();
      expect(faults()).toEqual([sentence]);
      await host.kit.makeDue();
      await host.kit.runUntilIdle();
      expect(error.mock.calls.filter(([message]) => message === sentence)).toHaveLength(1);
      expect(await lab.query('select attempts, attempts_before from __schema__.workflow_steps')).toEqual([
        { attempts: 2, attempts_before: 2 },
      ]);
    } finally {
      await lab.query('alter table __schema__.named_tasks_named_steps rename column gone to handler_config');
    }
    expect(await host.kit.runToEnd(id)).toMatchObject({ state: 'complete', steps: [{ attempts: 1 }] });
    expect(faults()).toEqual([]);
  });
});

describe('a template that two passes load at the same time', () => {
  it('is known once', async () => {
    const template = aTemplate(independent('only'), { steps: { only: { transactional: true } } });
    const host = await lab.open({ templates: [template], handlers: aScript().handlers });
    const [stored] = await lab.query<{ id: string }>(
      'select id from __schema__.named_tasks_named_steps order by id desc limit 1',
    );
    const { id } = stored!;
    const definitions = host.get(StepTemplateCache);
    await Promise.all([definitions.load([id]), definitions.load([id])]);
    expect(definitions.transactionalIds).toEqual([id]);
  });
});

describe('a step whose template went before its turn came', () => {
  const stage = useStage(lab);
  const removeTemplateOf = (step: string, taskId: string) =>
    lab.query(
      `delete from __schema__.named_tasks_named_steps where id = (
         select s.step_template_id from __schema__.workflow_steps s join __schema__.named_steps n using (named_step_id)
         where s.task_id = $1 and n.name = $2
       )`,
      taskId,
      step,
    );
  const missing = { state: 'error', error: { code: 'MISSING_TEMPLATE' } };

  it('fails aloud when its parents are done, and again when it is tried again', async () => {
    jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    const template = aTemplate(aChain('parent', 'child'));
    const host = await stage({ templates: [template], handlers: aScript().handlers });
    const { id } = await host.tasks.start(template.request);
    await removeTemplateOf('child', id);
    await host.kit.runUntilIdle();
    expect(await host.kit.task(id)).toMatchObject({ state: 'error', steps: [{ state: 'complete' }, missing] });
    for (const again of [() => host.tasks.reset(id, { ...BY }), () => host.tasks.retry(id, { ...BY })]) {
      await again();
      await host.kit.runUntilIdle();
      expect(await host.kit.task(id)).toMatchObject({ state: 'error', steps: [{ state: 'complete' }, missing] });
    }
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('fails aloud when it had a limit', async () => {
    jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    const template = aTemplate(aChain('narrow'), { steps: { narrow: { limits: { concurrency: 1 } } } });
    const host = await stage({ templates: [template], handlers: aScript().handlers });
    const [first, second] = await host.tasks.startMany([template.request, template.request]);
    await removeTemplateOf('narrow', first!.id);
    await host.kit.runUntilIdle();
    for (const { id } of [first!, second!]) {
      expect(await host.kit.task(id)).toMatchObject({ state: 'error', steps: [missing] });
    }
  });

  it('leaves its place under a limit to a step of another version', async () => {
    jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    const limited = (version: string) =>
      aTemplate(aChain('narrow'), { name: 'limited', version, steps: { narrow: { limits: { concurrency: 1 } } } });
    const [older, newer] = [limited('1.0.0'), limited('2.0.0')];
    const finish = aGate();
    const script = aScript({ narrow: () => finish.passed });
    const host = await stage({ templates: [older, newer], handlers: script.handlers });
    const first = await host.tasks.start(older.request);
    await host.get(Worker).runOnce();
    const second = await host.tasks.start(newer.request);
    await host.get(Worker).runOnce();
    expect(script.runs).toHaveLength(1);
    await removeTemplateOf('narrow', first.id);
    finish.open();
    await host.kit.runUntilIdle();
    for (const { id } of [first, second]) expect(await host.kit.task(id)).toMatchObject({ state: 'complete' });
  });
});
