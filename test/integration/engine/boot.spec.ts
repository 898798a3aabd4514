import { Injectable, Scope } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import { describe, expect, it } from '@jest/globals';
import { StepHandler, type StepHandlerContract, type TaskerError } from 'nestjs-tasker';
import { createEmptyDatabase } from '../../support/database.js';
import { aChain, aTemplate, HANDLER } from '../../support/factories.js';
import { handlerClass, openHost, type HostSettings } from '../../support/host.js';
import { useLab } from '../../support/lab.js';
import { openPersistence } from '../../support/persistence.js';
import { aScript } from '../../support/script.js';

const lab = useLab();
const working = { worker: { enabled: true } };

const failureAtBoot = (settings: Omit<HostSettings, 'url'>): Promise<TaskerError> =>
  lab.open(settings).then(
    () => Promise.reject(new Error('it started')),
    (error: unknown) => error as TaskerError,
  );

describe('a host with templates that cannot be used', () => {
  it('does not start, and one error tells of every template and every unknown handler', async () => {
    const circle = aTemplate([
      { name: 'a', dependsOn: ['b'] },
      { name: 'b', dependsOn: ['a'] },
    ]);
    const unknown = aTemplate(aChain('x', 'y'), { steps: { y: { handler: 'tests.stepp' } } });
    const misspelt = { document: { name: 'misspelt', step_templatez: [] } };
    const sound = aTemplate();
    const error = await failureAtBoot({
      ...working,
      templates: [circle, unknown, misspelt, sound],
      handlers: aScript().handlers,
    });
    expect(error).toMatchObject({ code: 'TASKER_INVALID_TEMPLATES' });
    expect(error.message).toContain('a → b → a');
    expect(error.message).toContain('tests.stepp');
    expect(error.message).toContain(HANDLER); // what comes close
    expect(error.message).toContain('step_templatez');
    expect(await lab.query('select * from __schema__.named_tasks where name = $1', sound.request.name)).toEqual([]);
  });

  it('starts without the handlers when it runs no steps', async () => {
    const template = aTemplate();
    const { tasks } = await lab.open({ templates: [template], worker: { enabled: false } });
    expect(await tasks.start(template.request)).toMatchObject({ state: 'pending' });
  });
});

describe('a host with handlers that cannot be used', () => {
  it('does not start, and one error tells of all of them', async () => {
    @Injectable({ scope: Scope.REQUEST })
    @StepHandler('tests.scoped')
    class ScopedHandler implements StepHandlerContract {
      process(): null {
        return null;
      }
    }
    @StepHandler('tests.idle')
    class IdleHandler {}
    @StepHandler(' ')
    class NamelessHandler implements StepHandlerContract {
      process(): null {
        return null;
      }
    }
    @StepHandler('tests.generator')
    class GeneratorHandler {
      async *process(): AsyncGenerator<null> {
        yield await Promise.resolve(null);
      }
    }
    const twins = [handlerClass('tests.twice', () => 1), handlerClass('tests.twice', () => 2)];
    const error = await failureAtBoot({
      providers: [ScopedHandler, IdleHandler, NamelessHandler, GeneratorHandler, ...twins],
    });
    expect(error).toMatchObject({ code: 'TASKER_INVALID_STEP_HANDLERS' });
    expect(error.message).toMatch(/ScopedHandler is request-scoped/);
    expect(error.message).toMatch(/IdleHandler has no method process/);
    expect(error.message).toMatch(/NamelessHandler has an empty name/);
    expect(error.message).toMatch(/GeneratorHandler has a generator as its process method/);
    expect(error.message).toMatch(/"tests.twice" is the name of both/);
  });
});

describe('a host without the right data source', () => {
  it('does not start when there is none of that name', async () => {
    const error = await failureAtBoot({ database: { dataSource: 'orders' } });
    expect(error).toMatchObject({ code: 'TASKER_MISSING_DATA_SOURCE' });
    expect(error.message).toContain('"orders"');
  });

  it('does not start when it is not PostgreSQL', async () => {
    const legacy = { provide: getDataSourceToken('legacy'), useValue: { options: { type: 'mysql' } } };
    const error = await failureAtBoot({ database: { dataSource: 'legacy' }, providers: [legacy] });
    expect(error).toMatchObject({ code: 'TASKER_WRONG_DATA_SOURCE' });
    expect(error.message).toMatch(/"legacy".*mysql/);
  });
});

describe('a host on an empty database', () => {
  it('does not start when it may only verify, names the command, and creates nothing', async () => {
    const empty = await createEmptyDatabase();
    try {
      const work = openHost({ url: empty.url });
      await expect(work).rejects.toMatchObject({ code: 'TASKER_DATABASE_BEHIND' });
      await expect(work).rejects.toThrow('npx nestjs-tasker migrate');
      const { query, close } = await openPersistence(empty.url);
      expect(await query(`select to_regnamespace('tasker') as schema`)).toEqual([{ schema: null }]);
      await close();
    } finally {
      await empty.drop();
    }
  });

  it('starts when it may apply, also beside others that start at the same time', async () => {
    const empty = await createEmptyDatabase();
    try {
      const template = aTemplate();
      const settings = {
        url: empty.url,
        migrations: 'apply' as const,
        templates: [template],
        handlers: aScript().handlers,
      };
      const hosts = await Promise.all(Array.from({ length: 3 }, () => openHost(settings)));
      const [first] = hosts;
      const { id } = await first!.tasks.start(template.request);
      expect((await hosts[2]!.kit.runToEnd(id)).state).toBe('complete');
      await Promise.all(hosts.map((host) => host.close()));
    } finally {
      await empty.drop();
    }
  });
});

describe('a template that changed without a new version', () => {
  const named = { name: 'changing', version: '1.0.0' };
  const before = aTemplate(aChain('collect', 'send'), { ...named, steps: { send: { retryLimit: 3 } } });
  const after = aTemplate(aChain('collect', 'check', 'send'), { ...named, steps: { send: { retryLimit: 5 } } });

  it('is refused with what differs, and nothing is stored, not even templates beside it', async () => {
    await lab.open({ templates: [before] });
    const beside = aTemplate();
    const error = await failureAtBoot({ templates: [beside, after] });
    expect(error.message).toContain('tests/changing@1.0.0');
    expect(error.message).toContain('steps.check: added');
    expect(error.message).toContain('steps.send.retryLimit: 3 → 5');
    expect(error.message).toContain(`'replace'`);
    expect(await lab.query(`select revision from __schema__.named_tasks where name = 'changing'`)).toEqual([
      { revision: 1 },
    ]);
    expect(await lab.query('select * from __schema__.named_tasks where name = $1', beside.request.name)).toEqual([]);
  });

  it('is used for new tasks when it may be replaced; tasks that run keep the steps they began with', async () => {
    const script = aScript();
    const old = await lab.open({ templates: [before] });
    const running = await old.tasks.start(before.request);
    const replacing = { sources: [after], changed: 'replace' as const };
    const { tasks, kit } = await lab.open({ templates: replacing, handlers: script.handlers });
    const fresh = await tasks.start(after.request);

    const [oldTask, newTask] = [await kit.runToEnd(running.id), await kit.runToEnd(fresh.id)];
    expect(oldTask).toMatchObject({ state: 'complete', steps: [{ name: 'collect' }, { name: 'send', retryLimit: 3 }] });
    expect(newTask).toMatchObject({
      state: 'complete',
      steps: [{ name: 'collect' }, { name: 'check' }, { name: 'send', retryLimit: 5 }],
    });
    const orderOf = (id: string) => script.runs.filter(({ taskId }) => taskId === id).map(({ step }) => step);
    expect(orderOf(running.id)).toEqual(['collect', 'send']);
    expect(orderOf(fresh.id)).toEqual(['collect', 'check', 'send']);
  });

  it('is no change when it only says the same in other words', async () => {
    const plain = aTemplate(aChain('one', 'two'));
    await lab.open({ templates: [plain] });
    const reordered = JSON.parse(JSON.stringify(plain.document)) as Record<string, unknown>;
    const document = Object.fromEntries(Object.entries(reordered).reverse()) as never;
    await expect(lab.open({ templates: [{ document }] })).resolves.toBeDefined();
  });

  it('keeps no process with its earlier text from starting after another replaced it; both start what was stored', async () => {
    const named = { name: 'superseded', version: '1.0.0' };
    const before = aTemplate(aChain('collect', 'send'), named);
    const after = aTemplate(aChain('collect', 'check', 'send'), named);
    await lab.open({ templates: [before] });
    await lab.open({ templates: { sources: [after], changed: 'replace' } });
    const warned: unknown[] = [];
    const logger = { log: () => undefined, error: () => undefined, warn: (message: unknown) => warned.push(message) };
    const { tasks, kit } = await lab.open({ templates: [before], handlers: aScript().handlers, logger });
    expect(warned.filter((message) => String(message).includes('tests/superseded@1.0.0'))).toHaveLength(1);
    const { id } = await tasks.start(before.request);
    expect((await kit.runToEnd(id)).steps.map(({ name }) => name)).toEqual(['collect', 'check', 'send']);
  });
});

describe('a template that says the same under other options or in another environment', () => {
  const limitOf = async (name: string): Promise<unknown[]> =>
    lab.query(
      `select nt.revision, st.default_retry_limit as "limit" from __schema__.named_tasks nt
       join __schema__.named_tasks_named_steps st on st.named_task_id = nt.named_task_id and st.revision = nt.revision
       where nt.name = $1`,
      name,
    );

  it('is no changed template: new tasks get what it resolves to, and tasks that run keep what they began with', async () => {
    const template = aTemplate();
    const first = await lab.open({ templates: [template], steps: { retryLimit: 3 }, handlers: aScript().handlers });
    const running = await first.tasks.start(template.request);
    const second = await lab.open({ templates: [template], steps: { retryLimit: 7 }, handlers: aScript().handlers });
    const fresh = await second.tasks.start(template.request);
    await second.kit.runUntilIdle();
    expect((await second.kit.task(running.id)).steps).toMatchObject([{ state: 'complete', retryLimit: 3 }]);
    expect((await second.kit.task(fresh.id)).steps).toMatchObject([{ state: 'complete', retryLimit: 7 }]);
  });

  it('makes no further revisions when processes with different options start in turn', async () => {
    const template = aTemplate();
    for (const retryLimit of [3, 7, 3, 7]) await lab.open({ templates: [template], steps: { retryLimit } });
    expect(await limitOf(template.request.name)).toEqual([{ revision: 2, limit: 7 }]);
    await lab.open({ templates: [template], steps: { retryLimit: 3 } });
    expect(await limitOf(template.request.name)).toEqual([{ revision: 1, limit: 3 }]);
  });

  it('may have an overlay for each environment', async () => {
    const overlay = { step_templates: [{ name: 'only', default_retry_limit: 9 }] };
    const template = aTemplate(undefined, { environments: { production: overlay } });
    await lab.open({ templates: { sources: [template], environment: 'test' } });
    await lab.open({ templates: { sources: [template], environment: 'production' } });
    expect(await limitOf(template.request.name)).toEqual([{ revision: 2, limit: 9 }]);
  });

  it('is refused when an overlay changed that applies here', async () => {
    const named = { name: 'overlaid', version: '1.0.0' };
    const limitedTo = (limit: number) =>
      aTemplate(undefined, {
        ...named,
        environments: { production: { step_templates: [{ name: 'only', default_retry_limit: limit }] } },
      });
    await lab.open({ templates: { sources: [limitedTo(4)], environment: 'production' } });
    const error = await failureAtBoot({ templates: { sources: [limitedTo(5)], environment: 'production' } });
    expect(error.message).toContain('environments.production.steps.only.retryLimit: 4 → 5');
  });

  it('is told from one that now says what was the default', async () => {
    const named = { name: 'explicit', version: '1.0.0' };
    await lab.open({ templates: [aTemplate(undefined, named)], steps: { retryLimit: 3 } });
    const explicit = aTemplate(undefined, { ...named, steps: { only: { retryLimit: 5 } } });
    const error = await failureAtBoot({ templates: [explicit], steps: { retryLimit: 3 } });
    expect(error.message).toContain('steps.only.retryLimit: added');
  });
});
