import { describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.js';
import { aChain, aTemplate, independent, ONE_STEP, type TestTemplate } from '../../support/factories.js';
import { brokenInvariants } from '../../support/invariants.js';
import { useLab } from '../../support/lab.js';
import { useStage } from '../../support/stage.js';
import { BY } from '../../support/operations.js';
import { bulk } from '../../support/random.js';
import { aScript } from '../../support/script.js';
import { complete, fail, HandWorker } from '../../support/workflow.js';

const lab = useLab();
const play = useStage(lab);

const limited = (limits: object, nodes = ONE_STEP) =>
  aTemplate(nodes, { steps: Object.fromEntries(nodes.map(({ name }) => [name, { limits }])) });

/** Tasks of a template whose steps have a limit, and two workers moved by hand. */
async function started(limits: object, contexts: readonly object[], nodes = ONE_STEP) {
  const template = limited(limits, nodes);
  const host = await play({ templates: [template], handlers: aScript().handlers });
  const tasks = await host.tasks.startMany(contexts.map((context) => ({ ...template.request, context }) as never));
  const [one, other] = [await HandWorker.register(lab.persistence), await HandWorker.register(lab.persistence)];
  return { ...host, template, ids: tasks.map(({ id }) => id), one, other };
}

const times = (count: number): readonly object[] => Array.from({ length: count }, () => ({}));

describe('a limit of concurrency', () => {
  it('lets so many run at a time, over all processes, and the next when one is done', async () => {
    const { one, other } = await started({ concurrency: 2 }, times(5));
    const first = await one.claim();
    expect(first).toHaveLength(2);
    expect(await other.claim()).toEqual([]);
    const { claimed } = await one.advance([complete(first[0]!)]);
    expect(claimed.steps).toHaveLength(1);
    expect(await other.claim()).toEqual([]);
    await one.record(complete(first[1]!));
    expect(await other.claim()).toHaveLength(1);
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('takes the most urgent first', async () => {
    const { tasks, one, ids } = await started({ concurrency: 1 }, times(3));
    await tasks.change(ids[2]!, { priority: 7 }, BY);
    expect((await one.claim()).map(({ taskId }) => taskId)).toEqual([ids[2]]);
  });

  it('is one for each value of its key', async () => {
    const tenants = ['a', 'a', 'a', 'b', undefined, undefined];
    const { one, other } = await started(
      { concurrency: 1, key: '/tenant' },
      tenants.map((tenant) => ({ tenant })),
    );
    const claimed = await one.claim();
    expect(claimed.map(({ context }) => context.tenant ?? 'none').toSorted()).toEqual(['a', 'b', 'none']);
    expect(await other.claim()).toEqual([]);
  });

  it('has its places filled by workers of any queue that a version of the step names', async () => {
    const limits = { concurrency: 1 };
    const inQueue = (queue: string) => ({ steps: { only: { limits, queue } } });
    const first = aTemplate(ONE_STEP, inQueue('a'));
    const { namespace, name } = first.request;
    const second = aTemplate(ONE_STEP, { namespace, name, version: '2.0.0', ...inQueue('b') });
    const { tasks } = await play({ templates: [first, second], handlers: aScript().handlers });
    const [one, other] = [await HandWorker.register(lab.persistence), await HandWorker.register(lab.persistence)];
    await tasks.start(first.request);
    const [held] = await one.claim({ queues: ['a'] });
    await tasks.start(second.request);
    expect(await other.claim({ queues: ['b'] })).toEqual([]);
    await one.record(complete(held!)); // and nobody serves that queue any more
    expect(await other.claim({ queues: ['b'] })).toHaveLength(1);
  });

  it('takes a key of any length', async () => {
    const tenants = Array.from({ length: 2 }, () => bulk(40_000));
    const { one } = await started(
      { concurrency: 1, key: '/tenant' },
      [...tenants, ...tenants].map((tenant) => ({ tenant })),
    );
    expect((await one.claim()).map(({ context }) => context.tenant)).toEqual(expect.arrayContaining(tenants));
    expect(await one.claim()).toEqual([]);
  });

  it('gives a place free when the attempt fails, is handed back, cancelled or lost', async () => {
    const { tasks, one, other } = await started({ concurrency: 1 }, times(5));
    const ends = [
      async () => one.record(fail((await one.claim())[0]!, 3_600)),
      async () => {
        const [step] = await one.claim();
        await tasks.cancel(step!.taskId, BY);
      },
      async () => {
        const [step] = await one.claim();
        await lab.query('delete from tasker.tasks where task_id = $1', step!.taskId);
      },
      async () => {
        expect(await one.claim()).toHaveLength(1);
        await lab.query(
          `update tasker.workers set last_heartbeat_at = now() - interval '1 hour' where worker_id = $1`,
          one.id,
        );
        await lab.persistence.workers.reapLostWorkers();
      },
    ];
    for (const end of ends) {
      await end();
      const next = await other.claim();
      expect(next).toHaveLength(1);
      await other.record({ ...complete(next[0]!), kind: 'release', results: null });
    }
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('holds for steps that others free as well', async () => {
    const { one, other } = await started({ concurrency: 1 }, times(2), aChain('a', 'b'));
    const [a] = await one.claim();
    await one.record(complete(a!));
    const both = await one.claim(); // the next a and the first b, whose limit is another
    expect(new Set(both.map(({ templateId }) => templateId)).size).toBe(2);
    expect(both).toHaveLength(2);
    expect(await other.claim()).toEqual([]);
  });

  it('leaves a check for others when this worker has enough, serves other queues or lacks the handler', async () => {
    const { one, other } = await started({ concurrency: 5 }, times(4));
    expect(await one.claim({ queues: ['elsewhere'] })).toEqual([]);
    expect(await one.claim({ want: 1 })).toHaveLength(1);
    const [sample] = await lab.query('select step_template_id as id from tasker.ready_steps');
    expect(await one.claim({ without: [sample!.id as string] })).toEqual([]);
    expect(await other.claim()).toHaveLength(3);
  });

  it('is looked at again for a step that became due while a claim was under way', async () => {
    const { tasks, template, one, other } = await started({ concurrency: 5 }, times(1));
    const client = await lab.connect();
    await client.query('begin');
    await client.query('select now()'); // the claim's time stands still from here on
    await tasks.start(template.request);
    const { rows } = await client.query(
      `select step_ids, tasker.add_to_totals(changes) from tasker.claim_steps(
         $1, 10, array(select lane_id from tasker.lanes), array(select task_namespace_id from tasker.lanes), '{}', '{}', 0, '{}')`,
      [one.id],
    );
    await client.query('commit');
    expect(rows[0].step_ids).toHaveLength(1);
    expect(await other.claim()).toHaveLength(1);
  });

  it('leaves each step as urgent as it is beside steps without a limit', async () => {
    const { tasks, template, one } = await started({ concurrency: 5, rate: { count: 5, seconds: 3_600 } }, []);
    const free = aTemplate();
    const host = await play({ templates: [free], handlers: aScript().handlers });
    const order = [
      await tasks.start(template.request),
      await host.tasks.start(free.request),
      await tasks.start(template.request),
      await host.tasks.start(free.request),
    ];
    const first = await host.tasks.start({ ...free.request, priority: 1 });
    const claimed: string[] = [];
    for (const want of [1, 1, 1, 1, 5]) claimed.push(...(await one.claim({ want })).map(({ taskId }) => taskId));
    expect(claimed).toEqual([first, ...order].map(({ id }) => id));
    const counted = await lab.query(
      `select from tasker.limit_starts where limit_key in (select limit_key from tasker.ready_steps)`,
    );
    expect(counted).toHaveLength(2);
    const checks = await lab.query(
      `select from tasker.limit_checks where limit_key in (select limit_key from tasker.ready_steps)`,
    );
    expect(checks).toEqual([]);
  });

  describe('under which a backlog waits', () => {
    const step = (namespace: string, settings = {}) => aTemplate(ONE_STEP, { namespace, steps: { only: settings } });
    const claimed = async (worker: HandWorker, want: number): Promise<string[]> =>
      (await worker.claim({ want })).map(({ taskId }) => taskId);

    /** A backlog of which as many may run as anybody wants, and a lone task of another namespace that came later. */
    async function backlogAnd(lone: TestTemplate) {
      // A claim looks at four limits at random when the first ones fill it; those of earlier tests would be among them.
      await lab.query('delete from tasker.limit_checks');
      const busy = ['a', 'b', 'c'].map((name) =>
        step(`busy ${name}`.replace(' ', '_'), { limits: { concurrency: 100 } }),
      );
      const host = await play({ templates: [...busy, lone], handlers: aScript().handlers });
      for (const { request } of busy) await host.tasks.startMany(Array.from({ length: 30 }, () => request));
      const { id } = await host.tasks.start(lone.request);
      return { id, worker: await HandWorker.register(lab.persistence) };
    }

    it('leaves its turn to a task of another namespace without a limit', async () => {
      const { id, worker } = await backlogAnd(step('quiet'));
      expect(await claimed(worker, 10)).toContain(id);
    });

    it('leaves its turn to a task of another namespace under another limit', async () => {
      const { id, worker } = await backlogAnd(step('quiet', { limits: { concurrency: 1 } }));
      expect(await claimed(worker, 10)).toContain(id);
    });

    it('does not keep a worker that takes one step at a time', async () => {
      const { id, worker } = await backlogAnd(step('quiet', { limits: { concurrency: 1 } }));
      const order: string[] = [];
      while (!order.includes(id) && order.length < 60) order.push(...(await claimed(worker, 1)));
      expect(order).toContain(id); // by chance: one in more than 10^7 is not
    });
  });

  it('does not keep steps without a limit waiting', async () => {
    const { one, tasks, template } = await started({ concurrency: 1 }, times(20));
    const free = aTemplate(independent('x', 'y'));
    const host = await play({ templates: [free], handlers: aScript().handlers });
    await host.tasks.start(free.request);
    expect(await one.claim()).toHaveLength(3);
    expect(await tasks.start(template.request)).toMatchObject({ created: true });
  });

  it('is kept by two processes with running workers, which do everything', async () => {
    const template = limited({ concurrency: 2 });
    let running = 0;
    let most = 0;
    const act = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
    };
    const open = () =>
      lab.open({
        templates: [template],
        handlers: aScript({ only: act }).handlers,
        worker: { enabled: true, pollIntervalMs: 50 },
      });
    const hosts = await Promise.all([open(), open()]);
    await hosts[0].tasks.startMany(Array.from({ length: 60 }, () => template.request));
    await eventually(async () => {
      expect(await lab.query(`select from tasker.tasks where state <> 'complete'`)).toEqual([]);
    }, 20_000);
    expect(most).toBeLessThanOrEqual(2);
    const key = `tests/${template.request.name}/only`;
    await eventually(async () => {
      expect(await lab.query('select from tasker.limit_checks where limit_key = $1', key)).toEqual([]);
    });
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('keeps a task on hold out of it', async () => {
    const { tasks, one, ids } = await started({ concurrency: 1 }, times(2));
    await tasks.hold(ids[0]!, BY);
    const claimed = await one.claim();
    expect(claimed.map(({ taskId }) => taskId)).toEqual([ids[1]]);
    await one.record(complete(claimed[0]!));
    expect(await one.claim()).toEqual([]);
    await tasks.release(ids[0]!, BY);
    expect(await one.claim()).toHaveLength(1);
  });
});

describe('a limit of starts', () => {
  it('lets so many begin within its span, retries included, and says when the next may', async () => {
    const { one, other } = await started({ rate: { count: 3, seconds: 3_600 } }, times(5));
    const first = await one.claim();
    expect(first).toHaveLength(3);
    await one.record(...first.map((step) => complete(step)));
    const answer = await other.advance([]);
    expect(answer.claimed.steps).toEqual([]);
    await passTime(3_601);
    expect(await other.claim()).toHaveLength(2);
  });

  it('counts any span, not the clock', async () => {
    const { one } = await started({ rate: { count: 2, seconds: 100 } }, times(6));
    expect(await one.claim({ want: 1 })).toHaveLength(1);
    await passTime(60);
    expect(await one.claim()).toHaveLength(1);
    await passTime(50); // the first is 110 seconds ago, the second 50
    expect(await one.claim()).toHaveLength(1);
    expect(await one.claim()).toEqual([]);
  });

  it('keeps the checks of other tasks when a test lets the waits of one be over', async () => {
    const { kit, ids, one } = await started({ concurrency: 5 }, times(2));
    await one.record(...(await one.claim()).map((step) => fail(step, 3_600)));
    await kit.makeDue(ids[0]);
    expect((await one.claim()).map(({ taskId }) => taskId)).toEqual([ids[0]]);
    await passTime(3_601);
    await lab.query(`update tasker.ready_steps set run_at = now() where worker_id is null`); // as time would
    expect((await one.claim()).map(({ taskId }) => taskId)).toEqual([ids[1]]);
  });

  it('leaves nothing of keys that nobody uses any more', async () => {
    const { kit, one } = await started({ rate: { count: 2, seconds: 3_600 } }, times(2));
    await one.record(...(await one.claim()).map((step) => complete(step)));
    await kit.beat();
    expect(await lab.query('select from tasker.limit_starts')).toHaveLength(2); // they count still
    await passTime(3_600);
    await kit.beat();
    expect(await lab.query('select from tasker.limit_starts')).toEqual([]);
  });

  it('is over for a test that lets waits be over', async () => {
    const { kit, ids } = await started({ rate: { count: 1, seconds: 3_600 } }, times(3));
    for (const id of ids) expect((await kit.runToEnd(id)).state).toBe('complete');
  });

  it('tells how long until the next may begin', async () => {
    const { one } = await started({ rate: { count: 1, seconds: 50 } }, times(2));
    const { claimed, limitOpensIn } = await one.advance([]);
    expect(claimed.steps).toHaveLength(1);
    expect(limitOpensIn).toBeGreaterThan(45);
    expect(limitOpensIn).toBeLessThanOrEqual(50);
  });

  it('goes with a limit of concurrency', async () => {
    const { one } = await started({ concurrency: 1, rate: { count: 2, seconds: 3_600 } }, times(5));
    const [first] = await one.claim();
    const { claimed } = await one.advance([complete(first!)]);
    expect(claimed.steps).toHaveLength(1);
    await one.record(complete(claimed.steps[0]!));
    expect(await one.claim()).toEqual([]);
  });

  /** As if so many seconds had passed. */
  async function passTime(seconds: number): Promise<void> {
    await lab.query(`update tasker.limit_starts set counts_until = counts_until - make_interval(secs => $1)`, seconds);
    await lab.query(`update tasker.limit_checks set due_at = due_at - make_interval(secs => $1)`, seconds);
  }
});
