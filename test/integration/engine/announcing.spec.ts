import { describe, expect, it } from '@jest/globals';
import { EventBus, type EventName } from 'nestjs-tasker';
import { DataSource } from 'typeorm';
import { eventually } from '../../support/eventually.js';
import { aTemplate, type TestTemplate } from '../../support/factories.js';
import type { Host } from '../../support/host.js';
import { useLab } from '../../support/lab.js';
import { aScript } from '../../support/script.js';

const lab = useLab();

/** A host, and what it announced so far: the event, the task, and where that came from and went. */
async function listeningHost(...templates: readonly TestTemplate[]): Promise<{ host: Host; heard: unknown[][] }> {
  const host = await lab.open({ templates: [...templates], handlers: aScript().handlers });
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
    host.get(EventBus).on('*', (_, name) => void names.push(name));
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
