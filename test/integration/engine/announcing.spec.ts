import { describe, expect, it } from '@jest/globals';
import { EventBus, type EventName, type EventPayload } from 'nestjs-tasker';
import { DataSource } from 'typeorm';
import { CancellationWatcher } from '../../../lib/engine/steps/cancellation.watcher.js';
import { eventually } from '../../support/eventually.js';
import { aChain, aTemplate, type TestTemplate } from '../../support/factories.js';
import { COMMITTED_EVENTS } from '../../support/heard.events.js';
import type { Host } from '../../support/host.js';
import { useLab } from '../../support/lab.js';
import { BY } from '../../support/operations.js';
import { alwaysFailing, aScript } from '../../support/script.js';
import { useStage } from '../../support/stage.js';

const lab = useLab();
const stage = useStage(lab);

/** A host, and what it announced so far: the event, the task, and where that came from and went. */
async function listeningHost(...templates: readonly TestTemplate[]): Promise<{ host: Host; heard: unknown[][] }> {
  const host = await stage({ templates, handlers: aScript().handlers });
  const heard: unknown[][] = [];
  host.get(EventBus).on('*', (fact, name: EventName) => {
    if (name.startsWith('task.') && 'to' in fact)
      heard.push([name, (fact as { taskId: string }).taskId, fact.from, fact.to]);
  });
  return { host, heard };
}

describe('a task that was started', () => {
  it('is announced as created, begun and done, each once', async () => {
    const template = aTemplate();
    const { host, heard } = await listeningHost(template);
    const { id } = await host.tasks.start(template.request);
    await host.kit.runToEnd(id);
    expect(heard).toEqual([
      ['task.initialize_requested', id, null, 'pending'],
      ['task.start_requested', id, 'pending', 'in_progress'],
      ['task.completed', id, 'in_progress', 'complete'],
    ]);
  });

  it('is announced as done at once when it has no steps', async () => {
    const template = aTemplate([]);
    const { host, heard } = await listeningHost(template);
    const { id } = await host.tasks.start(template.request);
    expect(heard).toEqual([
      ['task.initialize_requested', id, null, 'pending'],
      ['task.completed', id, 'pending', 'complete'],
    ]);
  });

  it('is announced in the order of creation, before its first step is, by a worker that begins it at once', async () => {
    const template = aTemplate();
    const names: EventName[] = [];
    const host = await lab.open({ templates: [template], handlers: aScript().handlers, worker: { enabled: true } });
    host.get(EventBus).on(COMMITTED_EVENTS, (_, name) => void names.push(name));
    await host.tasks.start(template.request);
    await eventually(() => {
      expect(names).toEqual([
        'task.initialize_requested',
        'step.execution_requested',
        'task.start_requested',
        'step.completed',
        'task.completed',
      ]);
    });
  });
});

describe('a task that is run again', () => {
  it('is announced as a new one', async () => {
    const template = aTemplate();
    const { host, heard } = await listeningHost(template);
    const { id } = await host.tasks.start(template.request);
    await host.kit.runToEnd(id);
    const again = await host.tasks.rerun(id, BY);
    expect(heard.at(-1)).toEqual(['task.initialize_requested', again.id, null, 'pending']);
  });
});

describe('a task that passes its deadline', () => {
  it('is announced as failed', async () => {
    const template = aTemplate();
    const { host, heard } = await listeningHost(template);
    const { id } = await host.tasks.start({ ...template.request, deadlineAt: new Date(Date.now() - 1_000) });
    await host.get(CancellationWatcher).lookOnce();
    expect(heard.at(-1)).toEqual(['task.failed', id, 'pending', 'error']);
  });
});

describe('a request of the same identity', () => {
  it('is announced with its first task alone', async () => {
    const template = aTemplate();
    const { host, heard } = await listeningHost(template);
    const [first, second] = [
      await host.tasks.start({ ...template.request, idempotencyKey: 'same' }),
      await host.tasks.start({ ...template.request, idempotencyKey: 'same' }),
    ];
    expect(second.id).toBe(first.id);
    expect(heard).toEqual([['task.initialize_requested', first.id, null, 'pending']]);
  });
});

describe('a step', () => {
  it('that fails is announced with the time of its next attempt', async () => {
    const template = aTemplate();
    const host = await stage({ templates: [template], handlers: aScript({ only: alwaysFailing() }).handlers });
    const failed: EventPayload<'step.failed'>[] = [];
    host.get(EventBus).on('step.failed', (fact) => void failed.push(fact));
    const { id } = await host.tasks.start(template.request);
    await host.kit.runUntilIdle();
    const [waiting] = (await host.kit.task(id)).steps;
    expect(waiting!.nextRetryAt).not.toBeNull();
    expect(failed).toMatchObject([{ taskId: id, attempt: 1, retryAt: waiting!.nextRetryAt }]);
    await host.kit.runToEnd(id);
    expect(failed.at(-1)).toMatchObject({ attempt: 3, retryAt: null });
  });

  it('whose state was decided ahead of its turn is announced when its turn comes', async () => {
    const template = aTemplate(aChain('first', 'second'));
    const host = await stage({ templates: [template], handlers: aScript().handlers });
    const resolved: unknown[] = [];
    host.get(EventBus).on('step.resolved_manually', ({ step }) => void resolved.push(step));
    const { id } = await host.tasks.start(template.request);
    await host.tasks.resolveStep(id, 'second', { ...BY, results: {} });
    expect(resolved).toEqual([]);
    await host.kit.runUntilIdle();
    expect(resolved).toEqual(['second']);
  });
});

describe('the steps whose states were decided with the request', () => {
  it('are announced after the creation of their task', async () => {
    const template = aTemplate(aChain('first', 'second', 'third'), {
      steps: { first: { skippable: true }, second: { skippable: true } },
    });
    const host = await stage({ templates: [template], handlers: aScript().handlers });
    const heard: unknown[] = [];
    host.get(EventBus).on(['task.*', 'step.skipped', 'step.resolved_manually'], (fact, name) => {
      heard.push('step' in fact ? [name, fact.taskId, fact.step] : [name, (fact as { taskId: string }).taskId]);
    });
    const { id } = await host.tasks.start({ ...template.request, bypassSteps: ['first', 'second'] });
    const announced = (taskId: string, event: string, steps: readonly string[]) => [
      ['task.initialize_requested', taskId],
      ...steps.map((step) => [event, taskId, step]),
    ];
    expect(heard).toEqual(announced(id, 'step.skipped', ['first', 'second']));
    await host.kit.runToEnd(id);
    heard.length = 0;
    const again = await host.tasks.rerun(id, { ...BY, from: 'third' });
    expect(heard).toEqual(announced(again.id, 'step.skipped', ['first', 'second']));
  });

  it('are announced once, with a batch and in a transaction of the host, too', async () => {
    const template = aTemplate(aChain('first', 'second'), { steps: { first: { skippable: true } } });
    const host = await stage({ templates: [template], handlers: aScript().handlers });
    const skipped: string[] = [];
    host.get(EventBus).on('step.skipped', ({ taskId }) => skipped.push(taskId));
    const request = { ...template.request, bypassSteps: ['first'] };
    const many = await host.tasks.startMany([request, template.request, request]);
    expect(skipped.splice(0)).toEqual([many[0]!.id, many[2]!.id]);
    const { id } = await host.get(DataSource).transaction(async (manager) => {
      const started = await host.tasks.start(request, { manager });
      expect(skipped).toEqual([]);
      return started;
    });
    await host.kit.runUntilIdle();
    expect(skipped).toEqual([id]);
  });
});

describe('a task that was started in a transaction of the host', () => {
  it('is announced when that commits, and not before', async () => {
    const template = aTemplate();
    const { host, heard } = await listeningHost(template);
    const id = await host.get(DataSource).transaction(async (manager) => {
      const started = await host.tasks.start(template.request, { manager });
      expect(heard).toEqual([]);
      return started.id;
    });
    expect(heard).toEqual([['task.initialize_requested', id, null, 'pending']]);
  });

  it('is not announced when a transaction within it commits, which ends nothing', async () => {
    const template = aTemplate();
    const { host, heard } = await listeningHost(template);
    await host.get(DataSource).transaction(async (manager) => {
      await manager.transaction((nested) => host.tasks.start(template.request, { manager: nested }));
      expect(heard).toEqual([]);
    });
    expect(heard).toHaveLength(1);
  });

  it('is announced with each other that was, in their order', async () => {
    const template = aTemplate();
    const { host, heard } = await listeningHost(template);
    const started = await host
      .get(DataSource)
      .transaction(async (manager) => [
        await host.tasks.start(template.request, { manager }),
        await host.tasks.start(template.request, { manager }),
      ]);
    expect(heard.map(([, id]) => id)).toEqual(started.map(({ id }) => id));
  });

  it('is never announced when that is rolled back, not even with the next transaction of the same connection', async () => {
    const template = aTemplate();
    const { host, heard } = await listeningHost(template);
    const runner = host.get(DataSource).createQueryRunner();
    await runner.startTransaction();
    await host.tasks.start(template.request, { manager: runner.manager });
    await runner.rollbackTransaction();
    await runner.startTransaction();
    const { id } = await host.tasks.start(template.request, { manager: runner.manager });
    await runner.commitTransaction();
    await runner.release();
    expect(heard).toEqual([['task.initialize_requested', id, null, 'pending']]);
  });

  it('is not announced when part of that was rolled back, which may have been it', async () => {
    const template = aTemplate();
    const { host, heard } = await listeningHost(template);
    const undone = new Error('undone');
    await host.get(DataSource).transaction(async (manager) => {
      await manager
        .transaction(async (nested) => {
          await host.tasks.start(template.request, { manager: nested });
          throw undone;
        })
        .catch((error: unknown) => expect(error).toBe(undone));
    });
    expect(heard).toEqual([]);
  });
});
