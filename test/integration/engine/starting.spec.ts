import { describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { InvalidStartRequestError, type StartTaskRequest, type TaskerError } from 'nestjs-tasker';
import { aTemplate } from '../../support/factories.js';
import { eventually } from '../../support/eventually.js';
import { taskMoves } from '../../support/history.js';
import { useLab } from '../../support/lab.js';
import { useStage } from '../../support/stage.js';
import { aScript } from '../../support/script.js';

const lab = useLab();
const play = useStage(lab);

const taskCount = async (): Promise<number> => {
  const [row] = await lab.query<{ count: number }>('select count(*)::integer as count from __schema__.tasks');
  return row!.count;
};

const errorOf = (work: Promise<unknown>): Promise<TaskerError> =>
  work.then(
    () => Promise.reject(new Error('it was accepted')),
    (error: unknown) => error as TaskerError,
  );

describe('a task started in a transaction of the host', () => {
  it('runs as soon as that transaction commits, and not before', async () => {
    const template = aTemplate();
    const script = aScript();
    const { tasks, kit, get } = await lab.open({
      templates: [template],
      handlers: script.handlers,
      worker: { enabled: true, pollIntervalMs: 60_000 },
    });
    const id = await get(DataSource).transaction(async (manager) => {
      const started = await tasks.start(template.request, { manager });
      await tasks.start(template.request); // wakes the worker, which must not see the other one
      await eventually(() => expect(script.runs).toHaveLength(1));
      return started.id;
    });
    await eventually(async () => expect((await kit.task(id)).state).toBe('complete'));
    expect(script.runs).toHaveLength(2);
  });

  it('leaves no trace when that transaction is rolled back', async () => {
    const template = aTemplate();
    const { tasks, get } = await play({ templates: [template] });
    const work = get(DataSource).transaction(async (manager) => {
      await tasks.start(template.request, { manager });
      throw new Error('the order was refused');
    });
    await expect(work).rejects.toThrow('the order was refused');
    expect(await taskCount()).toBe(0);
    expect(await lab.query('select * from __schema__.ready_steps')).toEqual([]);
  });

  it('shares the fate of the savepoint it was started in', async () => {
    const template = aTemplate();
    const script = aScript();
    const { tasks, kit, get } = await lab.open({
      templates: [template],
      handlers: script.handlers,
      worker: { enabled: true, pollIntervalMs: 60_000 },
    });
    const kept = await get(DataSource).transaction(async (outer) => {
      const started = await outer.transaction((inner) => tasks.start(template.request, { manager: inner }));
      await outer
        .transaction(async (inner) => {
          await tasks.start(template.request, { manager: inner });
          throw new Error('only the inner one');
        })
        .catch(() => undefined);
      return started.id;
    });
    await eventually(async () => expect((await kit.task(kept)).state).toBe('complete'));
    expect(await taskCount()).toBe(1);
    expect(script.runs).toHaveLength(1);
  });

  it('may be started through a manager that has no transaction open', async () => {
    const template = aTemplate();
    const { tasks, kit, get } = await lab.open({
      templates: [template],
      handlers: aScript().handlers,
      worker: { enabled: true, pollIntervalMs: 60_000 },
    });
    const { id } = await tasks.start(template.request, { manager: get(DataSource).manager });
    await eventually(async () => expect((await kit.task(id)).state).toBe('complete'));
  });
});

describe('many tasks started at once', () => {
  it('are answered in the order of the requests', async () => {
    const [one, two] = [aTemplate(), aTemplate([])];
    const { tasks, kit } = await play({ templates: [one, two] });
    const requests = Array.from({ length: 20 }, (_, n) => ({ ...(n % 3 ? one : two).request, context: { n } }));
    const started = await tasks.startMany(requests);
    expect(started.map(({ name }) => name)).toEqual(requests.map(({ name }) => name));
    expect(started.map(({ state }) => state)).toEqual(requests.map((_, n) => (n % 3 ? 'pending' : 'complete')));
    const contexts = await Promise.all(started.map(async ({ id }) => (await kit.task(id)).context));
    expect(contexts).toEqual(requests.map(({ context }) => context));
  });

  it('are all refused when one of them is wrong', async () => {
    const template = aTemplate();
    const { tasks } = await play({ templates: [template] });
    const wrong = tasks.startMany([template.request, { ...template.request, name: 'missing' }]);
    await expect(wrong).rejects.toMatchObject({
      code: 'TASKER_UNKNOWN_TEMPLATE',
      requestIndex: 1,
      message: expect.stringMatching(/^Request 1 of the list: /),
    });
    expect(await taskCount()).toBe(0);
  });

  it('may be none', async () => {
    const { tasks } = await play({ templates: [] });
    expect(await tasks.startMany([])).toEqual([]);
  });
});

describe('a request to start a task', () => {
  it('is refused with every problem and its place', async () => {
    const template = aTemplate();
    const { tasks } = await play({ templates: [template] });
    const request = {
      contxt: {},
      namespace: 7,
      version: 'x'.repeat(129),
      initiator: 'nul \0',
      sourceSystem: '\ud800',
      reason: null,
      tags: ['fine', 3, 'y'.repeat(129)],
      priority: 1.5,
    } as unknown as StartTaskRequest;
    const error = await errorOf(tasks.start(request));
    expect(error).toBeInstanceOf(InvalidStartRequestError);
    expect(error.httpStatus).toBe(400);
    expect(error.problems.map(({ pointer }) => pointer)).toEqual([
      '/contxt',
      '/name',
      '/namespace',
      '/version',
      '/initiator',
      '/sourceSystem',
      '/reason',
      '/tags/1',
      '/tags/2',
      '/priority',
    ]);
    for (const { pointer, message } of error.problems) expect(error.message).toContain(`${pointer} ${message}`);
    expect(await taskCount()).toBe(0);
  });

  it.each([32_768, -40_000, Number.NaN, '3'])('is refused with a priority of %p', async (priority) => {
    const template = aTemplate();
    const { tasks } = await play({ templates: [template] });
    const error = await errorOf(tasks.start({ ...template.request, priority: priority as number }));
    expect(error.problems).toEqual([{ pointer: '/priority', message: expect.stringContaining('whole number') }]);
  });

  it('means the defaults by fields that are undefined', async () => {
    const template = aTemplate(undefined, { namespace: 'default', version: '0.1.0' });
    const { tasks, kit } = await play({ templates: [template] });
    const { name } = template.request;
    const nothing = Object.fromEntries(
      ['namespace', 'version', 'context', 'initiator', 'sourceSystem', 'reason', 'tags', 'priority'].map((key) => [
        key,
        undefined,
      ]),
    );
    for (const request of [{ name }, { ...nothing, name }]) {
      const { id } = await tasks.start(request);
      expect(await kit.task(id)).toMatchObject({
        namespace: 'default',
        version: '0.1.0',
        context: {},
        initiator: 'unknown',
        sourceSystem: 'unknown',
        reason: 'unknown',
        tags: [],
        priority: null,
      });
    }
  });

  it('is stored with who asked, from where, why and its tags, all of which handlers see', async () => {
    const template = aTemplate();
    const seen: unknown[] = [];
    const { tasks, kit } = await play({
      templates: [template],
      handlers: aScript({ only: ({ task }) => seen.push(task) }).handlers,
    });
    const described = {
      context: { order: 17 },
      initiator: 'ada',
      sourceSystem: 'shop',
      reason: 'checkout',
      tags: ['a', 'b'],
    };
    const { id } = await tasks.start({ ...template.request, ...described, priority: 3 });
    expect(await kit.runToEnd(id)).toMatchObject({ ...described, priority: 3 });
    expect(seen).toEqual([{ id, ...template.request, ...described, requestedAt: expect.any(Date) }]);
  });
});

describe('the context of a task', () => {
  const contextSchema = {
    type: 'object',
    required: ['cart'],
    additionalProperties: false,
    properties: {
      cart: { type: 'integer', minimum: 1 },
      currency: { type: 'string', default: 'EUR' },
      lines: { type: 'array', items: { type: 'object', properties: { gift: { type: 'boolean', default: false } } } },
    },
  };

  it('is stored with the defaults of its schema, and the caller keeps what was given', async () => {
    const template = aTemplate(undefined, { contextSchema });
    const { tasks, kit } = await play({ templates: [template] });
    const context = { cart: 1, lines: [{}] };
    const { id } = await tasks.start({ ...template.request, context });
    expect((await kit.task(id)).context).toEqual({ cart: 1, currency: 'EUR', lines: [{ gift: false }] });
    expect(context).toEqual({ cart: 1, lines: [{}] });
  });

  it('is refused with every problem and its place', async () => {
    const template = aTemplate(undefined, { contextSchema });
    const { tasks } = await play({ templates: [template] });
    const context = { currency: 3, lines: [{ gift: 'yes' }], 'a/b': 1 };
    const error = await errorOf(tasks.start({ ...template.request, context }));
    expect(error).toMatchObject({ code: 'TASKER_INVALID_CONTEXT', httpStatus: 400 });
    expect(error.problems.map(({ pointer }) => pointer).sort()).toEqual(
      ['/cart', '/currency', '/lines/0/gift', '/a~1b'].sort(),
    );
    expect(await taskCount()).toBe(0);
  });

  it.each<[string, unknown]>([
    ['a list', []],
    ['text', 'x'],
    ['a NUL character', { text: '\0' }],
    ['a BigInt', { total: 1n }],
    [
      'a cycle',
      (() => {
        const round: { self?: unknown } = {};
        return (round.self = round);
      })(),
    ],
  ])('is refused when it is or holds %s', async (_, context) => {
    const template = aTemplate();
    const { tasks } = await play({ templates: [template] });
    const error = await errorOf(tasks.start({ ...template.request, context: context as never }));
    expect(error).toMatchObject({ code: 'TASKER_INVALID_CONTEXT' });
    expect(error.problems).not.toEqual([]);
    expect(await taskCount()).toBe(0);
  });
});

describe('the template of a task', () => {
  it('must be known, and the error names what comes close', async () => {
    const template = aTemplate(undefined, { namespace: 'shop', name: 'process_order' });
    const { tasks } = await play({ templates: [template] });
    const error = await errorOf(tasks.start({ ...template.request, name: 'proces_order' }));
    expect(error).toMatchObject({ code: 'TASKER_UNKNOWN_TEMPLATE', httpStatus: 404 });
    expect(error.message).toContain('process_order');
  });

  it('is the highest release when asked for as latest', async () => {
    const versions = ['1.2.0', '1.10.0', '2.0.0-beta.1'].map((version) =>
      aTemplate(undefined, { name: 'many', version }),
    );
    const { tasks } = await play({ templates: versions });
    expect(await tasks.start({ namespace: 'tests', name: 'many', version: 'latest' })).toMatchObject({
      version: '1.10.0',
    });
  });

  it('may share its name with one of another namespace', async () => {
    const shops = ['north', 'south'].map((namespace) => aTemplate(undefined, { namespace, name: 'restock' }));
    const { tasks, kit } = await play({ templates: shops, handlers: aScript().handlers });
    for (const { request } of shops) {
      const { id } = await tasks.start(request);
      expect(await kit.runToEnd(id)).toMatchObject({ ...request, state: 'complete' });
      expect(await taskMoves(lab, id)).toHaveLength(2);
    }
  });
});
