import { describe, expect, it, jest } from '@jest/globals';
import { ContextTooLargeError } from 'nestjs-tasker';
import { Database } from '../../../lib/persistence/database.js';
import { TaskGateway } from '../../../lib/persistence/task.gateway.js';
import type { ClaimedStep } from '../../../lib/persistence/worker.gateway.js';
import { aGate, eventually } from '../../support/eventually.js';
import { aChain, aTemplate, independent, type TestTemplate } from '../../support/factories.js';
import { movesOf, taskMoves } from '../../support/history.js';
import type { Host } from '../../support/host.js';
import { brokenInvariants } from '../../support/invariants.js';
import { useLab } from '../../support/lab.js';
import { bulk } from '../../support/random.js';
import { aScript } from '../../support/script.js';
import { useStage } from '../../support/stage.js';
import { complete, fail, HandWorker } from '../../support/workflow.js';

const lab = useLab();
const stage = useStage(lab);

/** Two contexts or results of 2,000 bytes fit into a claim. */
const KILOBYTES = 2_000;
const maxBytes = 5_000;

/** A worker moved by hand, beside a host that only starts tasks. */
async function aWorker(template: TestTemplate) {
  const host = await stage({ templates: [template] });
  const start = async (contexts: readonly object[]): Promise<readonly string[]> => {
    const started = await host.tasks.startMany(contexts.map((context) => ({ ...template.request, context }) as never));
    return started.map(({ id }) => id);
  };
  return { ...host, start, worker: await HandWorker.register(lab.persistence) };
}

const taskIds = (steps: readonly ClaimedStep[]): string[] => steps.map(({ taskId }) => taskId);

describe('a claim of more bytes than its budget', () => {
  it('takes as many steps as fit, the most urgent first, and leaves the others as they were', async () => {
    const { start, worker } = await aWorker(aTemplate());
    const ids = await start(Array.from({ length: 5 }, () => ({ text: bulk(KILOBYTES) })));
    const answer = await worker.advance([], { maxBytes });
    expect(answer.cut).toBe(true);
    expect(taskIds(answer.claimed.steps)).toEqual(ids.slice(0, 2));
    expect(answer.claimed.tasks.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect(await Promise.all(ids.map((id) => taskMoves(lab, id)))).toEqual([
      ['pending > in_progress'],
      ['pending > in_progress'],
      [],
      [],
      [],
    ]);
    expect(await movesOf(lab, ids[2]!, 'only')).toEqual([]);
    expect(await brokenInvariants(lab.persistence)).toEqual({});

    expect(taskIds(await worker.claim({ maxBytes }))).toEqual(ids.slice(2, 4));
    const last = await worker.advance([], { maxBytes });
    expect([taskIds(last.claimed.steps), last.cut]).toEqual([ids.slice(4), false]);
    expect(last.claimed.steps).toMatchObject([{ attempt: 1, attemptNumber: 1 }]);
  });

  it('leaves freed steps to others, too, and steps that were tried before as they had failed', async () => {
    const { start, worker } = await aWorker(aTemplate(aChain('first', 'second')));
    await start([{}, {}, {}, {}]);
    const firsts = await worker.claim();
    const answer = await worker.advance(
      firsts.map((step) => complete(step, bulk(KILOBYTES))),
      { maxBytes },
    );
    expect([answer.claimed.steps.length, answer.cut]).toEqual([2, true]);
    expect(await brokenInvariants(lab.persistence)).toEqual({});

    const seconds = await worker.claim({ maxBytes });
    expect(seconds).toHaveLength(2);
    await worker.record(...seconds.map((step) => fail(step, 0)));
    const failedSteps = () =>
      lab.query(
        `select workflow_step_id, state, attempts, last_attempted_at, error from __schema__.workflow_steps
         where state = 'error' order by 1`,
      );
    const before = await failedSteps();
    const [retried] = await worker.claim({ maxBytes: 3_000 });
    expect(retried).toMatchObject({ from: 'error', attempt: 2 });
    expect(await failedSteps()).toEqual(before.filter(({ workflow_step_id: id }) => id !== retried!.id));
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('uses up no start under a limit for what it leaves', async () => {
    const limits = { rate: { count: 3, seconds: 3_600 } };
    const { start, worker } = await aWorker(aTemplate(undefined, { steps: { only: { limits } } }));
    await start(Array.from({ length: 4 }, () => ({ text: bulk(KILOBYTES) })));
    expect(await worker.claim({ maxBytes })).toHaveLength(2);
    expect(await worker.claim({ maxBytes })).toHaveLength(1);
    expect(await worker.claim({ maxBytes })).toEqual([]);
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('leaves the starts of others counted where its parts are claimed apart', async () => {
    const limits = { rate: { count: 3, seconds: 3_600 } };
    const { start, worker } = await aWorker(aTemplate(undefined, { steps: { only: { limits } } }));
    await start(Array.from({ length: 6 }, () => ({ text: bulk(KILOBYTES) })));
    const counted = () =>
      lab.query(
        `select count(*)::integer as starts from __schema__.limit_starts
         where limit_key in (select limit_key from __schema__.ready_steps)`,
      );
    const apart = async () => {
      const request = { workerId: worker.id, queues: null, without: [], scarce: [], scarceWant: 0, outcomes: [] };
      const answer = await lab.persistence.workers.advanceApart({ ...request, want: 10, maxBytes: 2_500 });
      return answer.claimed.steps.length;
    };
    expect(await worker.claim({ want: 1 })).toHaveLength(1);
    expect(await apart()).toBe(1);
    expect(await counted()).toEqual([{ starts: 2 }]);
    expect(await apart()).toBe(1);
    expect(await apart()).toBe(0);
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('counts a context once, however many steps of the task share it, and each has its own', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `step_${index}`);
    const { start, worker } = await aWorker(aTemplate(independent(...names)));
    const context = { text: bulk(KILOBYTES), list: [{ n: 1 }] };
    await start([context]);
    const answer = await worker.advance([], { maxBytes: KILOBYTES + 50 * 300 });
    expect([answer.claimed.steps.length, answer.cut]).toEqual([50, false]);
    (answer.claimed.steps[0]!.context as { list: object[] }).list.pop();
    for (const step of answer.claimed.steps.slice(1)) expect(step.context).toEqual(context);
  });

  it('counts results once, however many steps wait for them', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `step_${index}`);
    const nodes = [...independent('root'), ...names.map((name) => ({ name, dependsOn: ['root'] }))];
    const { start, worker } = await aWorker(aTemplate(nodes));
    await start([{}]);
    const [root] = await worker.claim();
    const results = { text: bulk(KILOBYTES), list: [1] };
    const answer = await worker.advance([complete(root!, results)], { maxBytes: KILOBYTES + 21 * 400 });
    expect([answer.claimed.steps.length, answer.cut]).toEqual([20, false]);
    const all = answer.claimed.steps.map((step) => step.results[0]![1] as typeof results);
    all[0]!.list.pop();
    for (const own of all.slice(1)) expect(own).toEqual(results);
  });

  it('is measured by what is sent, not by what is stored', async () => {
    const { start, worker } = await aWorker(aTemplate());
    await start([{ text: 'a'.repeat(100_000) }, {}]);
    const claimed = await worker.claim({ maxBytes: 50_000 });
    expect(claimed).toMatchObject([{ context: {}, tooLargeBytes: expect.any(Number) }, { tooLargeBytes: null }]);
    expect(claimed[0]!.tooLargeBytes).toBeGreaterThan(100_000);
  });
});

describe('a step that alone is too large', () => {
  it('comes without its context and the results of its parents', async () => {
    const { start, worker } = await aWorker(aTemplate(aChain('first', 'second')));
    await start([{ bulk: bulk(10) }]);
    const [first] = await worker.claim({ want: 1 });
    const { claimed } = await worker.advance([complete(first!)]);
    const [second] = claimed.steps;
    const [answer] = await lab.query<{ claims: object }>(
      'select __schema__.describe_claims($1, $2, null, $3) as claims',
      [second!.id],
      ['pending'],
      JSON.stringify({ [second!.id]: 12_345 }),
    );
    expect(answer!.claims).toMatchObject({
      tasks: null,
      parents: null,
      edges: null,
      tooLarge: { [second!.id]: 12_345 },
    });
  });
});

describe('a worker with a small budget', () => {
  const options = { templates: [] as TestTemplate[], worker: { enabled: true, maxClaimBytes: maxBytes } };

  const ended = (host: Host, ids: readonly string[], state: string) =>
    eventually(async () => {
      const tasks = await Promise.all(ids.map((id) => host.kit.task(id)));
      expect(new Set(tasks.map((task) => task.state))).toEqual(new Set([state]));
    });

  interface Answer {
    readonly claimed?: object;
    readonly advanced?: Answer;
  }

  /** Bytes of what each claim of a host brought. */
  function watchClaims(host: Host): number[] {
    const database = host.get(Database);
    const sizes: number[] = [];
    const call = database.call.bind(database);
    jest.spyOn(database, 'call').mockImplementation(async (...args) => {
      const answer = await call<Answer | null>(...args);
      const claimed = answer?.advanced?.claimed ?? answer?.claimed;
      if (claimed) sizes.push(Buffer.byteLength(JSON.stringify(claimed)));
      return answer;
    });
    return sizes;
  }

  it('runs all there is, a few at a time, however much it is together', async () => {
    const template = aTemplate(aChain('first', 'second'));
    const script = aScript({ first: () => bulk(KILOBYTES) });
    const host = await lab.open({ ...options, templates: [template], handlers: script.handlers });
    const sizes = watchClaims(host);
    const contexts = Array.from({ length: 20 }, () => ({ text: bulk(KILOBYTES) }));
    const started = await host.tasks.startMany(contexts.map((context) => ({ ...template.request, context }) as never));
    await ended(
      host,
      started.map(({ id }) => id),
      'complete',
    );
    expect(script.runs).toHaveLength(40);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(maxBytes);
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('runs all at the same time, although they come a few at a time and none ends', async () => {
    const [template, gate] = [aTemplate(), aGate()];
    const { start } = await aWorker(template);
    const ids = await start(Array.from({ length: 20 }, () => ({ text: bulk(KILOBYTES) })));
    const script = aScript({ only: () => gate.passed });
    const worker = { ...options.worker, pollIntervalMs: 600_000, concurrency: 30 };
    const host = await lab.open({ templates: [template], handlers: script.handlers, worker });
    await eventually(() => expect(script.runs).toHaveLength(20));
    gate.open();
    await ended(host, ids, 'complete');
  });

  it('fails a step for good that needs more by itself, says why, and runs the others', async () => {
    const template = aTemplate(aChain('first', 'second'));
    const script = aScript({ first: ({ task }) => bulk(task.context.bytes as number) });
    const host = await lab.open({ ...options, templates: [template], handlers: script.handlers });
    const started = await host.tasks.startMany(
      [100, 6_000, 100].map((bytes) => ({ ...template.request, context: { bytes } }) as never),
    );
    const [one, large, other] = started.map(({ id }) => id);
    await ended(host, [one!, other!], 'complete');
    await ended(host, [large!], 'error');
    const { steps } = await host.kit.task(large!);
    expect(steps.find(({ name }) => name === 'second')).toMatchObject({
      state: 'error',
      error: {
        code: 'CLAIM_TOO_LARGE',
        permanent: true,
        message: expect.stringMatching(/6\d{3} bytes .* 5000 .*worker\.maxClaimBytes/s),
      },
    });
    expect(script.runsOf('second')).toHaveLength(2);
  });

  it('starts no task whose context it could never claim', async () => {
    const template = aTemplate();
    const host = await lab.open({ ...options, templates: [template], handlers: aScript().handlers });
    const requests = [{}, { text: bulk(6_000) }].map((context) => ({ ...template.request, context }) as never);
    const refused = host.tasks.startMany(requests);
    await expect(refused).rejects.toThrow(ContextTooLargeError);
    await expect(refused).rejects.toMatchObject({ requestIndex: 1, bytes: 6_011, allowed: maxBytes });
    const inTwoBytesEach = host.tasks.start({ ...template.request, context: { text: 'é'.repeat(3_000) } } as never);
    await expect(inTwoBytesEach).rejects.toMatchObject({ bytes: 6_011 });
    expect(await lab.query('select from __schema__.tasks')).toEqual([]);
  });

  it('starts many in several statements of one transaction: all or none', async () => {
    const template = aTemplate();
    const host = await lab.open({ ...options, templates: [template], handlers: aScript().handlers });
    const gateway = host.get(TaskGateway);
    const store = jest.spyOn(gateway, 'startTasks');
    const requests = Array.from({ length: 5 }, (_, n) => {
      return { ...template.request, context: { n, text: bulk(KILOBYTES) } } as never;
    });
    const started = await host.tasks.startMany(requests);
    expect(store).toHaveBeenCalledTimes(3);
    const contexts = await lab.query('select task_id as id, context -> $1 as n from __schema__.tasks order by 2', 'n');
    expect(contexts).toEqual(started.map(({ id }, n) => ({ id, n })));

    await lab.query('delete from __schema__.tasks');
    const startTasks = TaskGateway.prototype.startTasks.bind(gateway);
    store.mockImplementationOnce(startTasks).mockRejectedValueOnce(new Error('gone'));
    await expect(host.tasks.startMany(requests)).rejects.toThrow('gone');
    expect(await lab.query('select from __schema__.tasks')).toEqual([]);
  });
});
