import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { ChangeFeed, type Change, type ChangeFilter, type ChangeStream } from 'nestjs-tasker';
import { ChangeGateway } from '../../../lib/persistence/change.gateway.js';
import { amount } from '../../support/amount.js';
import { eventually } from '../../support/eventually.js';
import { aChain, aTemplate, HANDLER } from '../../support/factories.js';
import type { Host } from '../../support/host.js';
import { useLab } from '../../support/lab.js';

const lab = useLab();
const template = aTemplate();

const settings = { templates: [template], handlers: { [HANDLER]: () => 'done' }, live: { pollIntervalMs: 10 } };
const shared = lab.share(settings);
const aHost = (live = {}): Promise<Host> => lab.open({ ...settings, live: { ...settings.live, ...live } });

const streams: ChangeStream[] = [];
afterEach(() => streams.splice(0).forEach((stream) => stream.close()));

/** Of the shared host; closed after the test. */
async function follow(...[filter, after]: Parameters<ChangeFeed['follow']>): Promise<ChangeStream> {
  const stream = await shared().get(ChangeFeed).follow(filter, after);
  streams.push(stream);
  return stream;
}

/** Answers the ids. */
async function startMany(host: Host, count: number): Promise<readonly string[]> {
  const started = await host.tasks.startMany(Array.from({ length: count }, () => template.request));
  return started.map(({ id }) => id);
}

/** Takes changes up to the one that `isLast` says. */
async function takeUntil(stream: ChangeStream, isLast: (change: Change) => boolean): Promise<readonly Change[]> {
  const taken: Change[] = [];
  for (;;) {
    const { value, done } = await stream.next();
    if (done) throw new Error(`The stream ended after ${taken.map(({ event }) => event).join(', ')}.`);
    taken.push(value);
    if (isLast(value)) return taken;
  }
}

/** The feed has looked so often from now on. */
async function looks(host: Host, times: number): Promise<void> {
  const look = jest.spyOn(host.get(ChangeGateway), 'look');
  await eventually(() => expect(look.mock.results.length).toBeGreaterThanOrEqual(times));
  look.mockRestore();
}

const ends = ({ event }: Change): boolean => event === 'task.completed';
/** Without its position: what is read in one go is ordered by time, what comes bit by bit as far as that was known. */
const nameOf = ({ taskId, event, step, at }: Change): string => `${taskId} ${event} ${step} ${at}`;
const eventsOf = (changes: readonly Change[]): readonly string[] => changes.map(({ event }) => event);

describe('the feed of changes', () => {
  it('tells everything once and in order where an answer has room for one change of each history', async () => {
    const host = await lab.open({ ...settings, database: { maxReadBytes: 4_096 } });
    const read = jest.spyOn(host.get(ChangeGateway), 'read');
    const stream = await host.get(ChangeFeed).follow();
    const ids = await startMany(host, 5);
    await host.kit.runUntilIdle();
    const ended = new Set<string>();
    const changes = await takeUntil(stream, (change) => ends(change) && ended.add(change.taskId).size === ids.length);
    expect(changes.map(nameOf).toSorted()).toEqual([...new Set(changes.map(nameOf))].toSorted());
    expect(changes).toHaveLength(4 * ids.length);
    for (const id of ids) {
      expect(eventsOf(changes.filter(({ taskId }) => taskId === id))).toEqual([
        'task.start_requested',
        'step.execution_requested',
        'step.completed',
        'task.completed',
      ]);
    }
    const answers = await Promise.all(read.mock.results.map(({ value }) => value as ReturnType<ChangeGateway['read']>));
    expect(Math.max(...answers.flatMap(({ tasks, steps }) => [tasks.length, steps.length]))).toBe(1);
    read.mockRestore();
  });

  it('leaves a step that began with its task for later where the ids were looked at between the two', async () => {
    const host = shared();
    const gateway = host.get(ChangeGateway);
    const before = await gateway.idsGivenOut();
    const { id } = await host.tasks.start(template.request);
    await host.kit.runUntilIdle();
    const after = await gateway.idsGivenOut();

    expect(await gateway.read(before, { task: before.task, step: after.step }, null, 10)).toEqual({
      tasks: [],
      steps: [],
      isHeldBack: true,
    });
    const whole = await gateway.read(before, after, [id], 10);
    expect([whole.tasks.length, whole.steps.length, whole.isHeldBack]).toEqual([2, 2, false]);
  });

  it('tells of what another process commits, in order, and what it happened to', async () => {
    const running = await aHost();
    const stream = await follow();
    const { id } = await running.tasks.start(template.request);
    await running.kit.runUntilIdle();
    const changes = await takeUntil(stream, ends);
    expect(eventsOf(changes)).toEqual([
      'task.start_requested',
      'step.execution_requested',
      'step.completed',
      'task.completed',
    ]);
    expect(changes[2]).toEqual({
      position: expect.stringMatching(/^\d+\.\d+$/),
      event: 'step.completed',
      taskId: id,
      namespace: template.request.namespace,
      name: template.request.name,
      version: template.request.version,
      stepId: expect.stringMatching(/^\d+$/),
      step: expect.any(String),
      from: 'in_progress',
      to: 'complete',
      attempt: 1,
      worker: expect.any(String),
      actor: null,
      reason: null,
      durationSeconds: expect.any(Number),
      error: null,
      retryAt: null,
      at: expect.stringMatching(/Z$/),
    });
    expect(changes[3]).toMatchObject({ step: null, stepId: null, from: 'in_progress', to: 'complete', worker: null });
  });

  it('goes on from every position of an earlier stream with exactly the rest', async () => {
    const host = shared();
    const stream = await follow();
    const begin = stream.position;
    await startMany(host, 3);
    await host.kit.runUntilIdle();
    let ended = 0;
    const changes = await takeUntil(stream, (change) => ends(change) && ++ended === 3);
    const positions = [begin, ...changes.map(({ position }) => position)];
    for (const [index, position] of positions.slice(0, -1).entries()) {
      const again = await follow({}, position);
      const rest: Change[] = [];
      while (rest.length < changes.length - index) rest.push((await again.next()).value!);
      expect(rest.map(nameOf).toSorted()).toEqual(changes.slice(index).map(nameOf).toSorted());
      again.close();
    }
    expect(stream.position).toBe(changes.at(-1)!.position);
  });

  it('tells of what a slow transaction commits, although a later one committed before', async () => {
    const host = shared();
    const stream = await follow();
    const [slowTask, quickTask] = await startMany(host, 2);
    const [slow, quick] = [await lab.connect(), await lab.connect()];
    await slow.query('begin');
    await slow.query(MOVE, [slowTask]);
    await quick.query(MOVE, [quickTask]);
    await looks(host, 5);
    await slow.query('commit');
    const changes = await takeUntil(stream, ({ taskId }) => taskId === quickTask);
    expect(changes.map(({ taskId }) => taskId)).toEqual([slowTask, quickTask]);
  });

  it('passes over what was rolled back, whatever else is under way on the server', async () => {
    const host = shared();
    const stream = await follow();
    const [lost, kept] = await startMany(host, 2);
    const [foreign, failing] = [await lab.connect(), await lab.connect()];
    await foreign.query('begin');
    await foreign.query('create temporary table t as select pg_current_xact_id()');
    await failing.query('begin');
    await failing.query(MOVE, [lost]);
    await lab.query(MOVE, kept);
    await looks(host, 5);
    await failing.query('rollback');
    expect(await takeUntil(stream, ({ taskId }) => taskId === kept)).toHaveLength(1);
  });

  it.each<[string, ChangeFilter, number]>([
    ['everything', {}, 8],
    ['a template', { namespace: template.request.namespace, name: template.request.name }, 8],
    ['events', { events: ['task.completed', 'step.completed'] }, 4],
    ['steps', { steps: ['only'] }, 4],
    ['another namespace', { namespace: 'elsewhere' }, 0],
  ])('tells by filter: %s', async (_, filter, count) => {
    const host = shared();
    const [filtered, all] = [await follow(filter), await follow()];
    await startMany(host, 2);
    await host.kit.runUntilIdle();
    let ended = 0;
    await takeUntil(all, (change) => ends(change) && ++ended === 2);
    filtered.close();
    let taken = 0;
    for await (const _change of filtered) taken++;
    expect(taken).toBe(count);
  });

  it('tells of one task out of many', async () => {
    const host = shared();
    const [id] = await startMany(host, 20);
    const stream = await follow({ taskIds: [id!] });
    await host.kit.runUntilIdle();
    const changes = await takeUntil(stream, ends);
    expect(changes.map(({ taskId }) => taskId)).toEqual([id, id, id, id]);
  });

  it.each([1, 60])('tells each of two listeners of the tasks that it names, of which each has %d', async (count) => {
    const host = shared();
    const ids = await startMany(host, 2 * count);
    const parts = [ids.slice(0, count), ids.slice(count)];
    const each = await Promise.all(parts.map((taskIds) => follow({ taskIds, events: ['task.completed'] })));
    await host.kit.runUntilIdle();
    for (const [index, stream] of each.entries()) {
      let left = count;
      const told = (await takeUntil(stream, () => --left === 0)).map(({ taskId }) => taskId);
      expect(told.toSorted()).toEqual(parts[index]!.toSorted());
    }
  });

  it('leaves one that comes from further on than is settled at its place until there is more', async () => {
    const host = shared();
    await follow(); // hears every change
    const [slowTask, knownTask, nextTask] = await startMany(host, 3);
    const slow = await lab.connect();
    await slow.query('begin');
    await slow.query(MOVE, [slowTask]);
    await lab.query(MOVE, knownTask);
    const [reached] = await lab.query<{ id: string }>('select max(id) as id from __schema__.task_transitions');
    const from = `${reached!.id}.0`;
    const stream = await follow({}, from);
    await looks(host, 5);
    expect(stream.position).toBe(from);
    await slow.query('commit');
    await lab.query(MOVE, nextTask);
    expect((await stream.next()).value).toMatchObject({ taskId: nextTask });
  });

  it('reads on where a listener that did not keep up had stopped', async () => {
    const count = amount({ short: 200, full: 700 }); // of four changes each; a read takes 200, and 100 may wait
    const host = shared();
    const stream = await follow({}, '0.0');
    await startMany(host, count);
    await host.kit.runUntilIdle();
    let ended = 0;
    const changes = await takeUntil(stream, (change) => ends(change) && ++ended === count);
    const seen = new Set(changes.map(({ taskId, event }) => `${taskId} ${event}`));
    expect(changes.length).toBe(seen.size);
    expect(seen.size).toBeGreaterThanOrEqual(4 * count);
  });

  it('loses and repeats nothing for one that leaves and comes back while two processes work', async () => {
    const count = amount({ short: 40, full: 100 });
    const steps = [...aChain('first', 'second'), { name: 'beside', dependsOn: ['first'] }];
    const busy = aTemplate(steps, { namespace: 'busy' });
    const worker = { enabled: true, concurrency: 4 };
    const busyHost = (): Promise<Host> => lab.open({ ...settings, templates: [busy], worker });
    const [one, other] = [await busyHost(), await busyHost()];
    const feeds = [one.get(ChangeFeed), other.get(ChangeFeed)];
    let position = (await feeds[0]!.follow()).position;
    const taken: Change[] = [];
    const starting = (async () => {
      for (let batch = 0; batch < count / 5; batch++) {
        await one.tasks.startMany(Array.from({ length: 5 }, () => busy.request));
      }
    })();
    for (let visit = 0, ended = 0; ended < count; visit++) {
      const stream = await feeds[visit % 2]!.follow({ namespace: 'busy' }, position);
      let left = 1 + ((visit * 7) % 40);
      const some = await takeUntil(stream, (change) => (ends(change) && ++ended === count) || --left === 0);
      taken.push(...some);
      position = some.at(-1)!.position;
      stream.close();
    }
    await starting;
    const [counted] = await lab.query<{ count: number }>(
      `select ((select count(*) from __schema__.task_transitions) + (select count(*) from __schema__.workflow_step_transitions))::integer as count`,
    );
    const named = taken.map(nameOf);
    expect(new Set(named).size).toBe(named.length);
    expect(taken).toHaveLength(counted!.count);
    const ofSteps = taken.filter(({ step }) => step !== null);
    const begun = new Set<string>();
    for (const { stepId, event } of ofSteps) {
      if (event === 'step.execution_requested') begun.add(stepId!);
      else expect(begun).toContain(stepId);
    }
  });

  it.each([
    [{ taskIds: ['one'] }, undefined, '/taskIds'],
    [{ taskIds: [] }, undefined, '/taskIds'],
    [{ events: ['task.began'] }, undefined, '/events'],
    [{ steps: [7] }, undefined, '/steps/0'],
    [{ colour: 'red' }, undefined, '/colour'],
    [{}, 'yesterday', '/after'],
    [{}, '1', '/after'],
    [{}, '1.2.3', '/after'],
    [{}, '-1.0', '/after'],
    // Further on than the history reaches.
    [{}, '9000000000.0', '/after'],
    [{}, '0.9000000000', '/after'],
  ])('refuses %j after %s', async (filter, after, pointer) => {
    await expect(follow(filter as ChangeFilter, after)).rejects.toMatchObject({
      code: 'TASKER_INVALID_CHANGE_REQUEST',
      problems: [{ pointer }],
    });
  });

  it('takes no more listeners than it may, until one leaves', async () => {
    const feed = (await aHost({ maxListeners: 1 })).get(ChangeFeed);
    const stream = await feed.follow();
    await expect(feed.follow()).rejects.toMatchObject({ code: 'TASKER_TOO_MANY_LISTENERS', httpStatus: 503 });
    stream.close();
    (await feed.follow()).close();
  });

  it('has a quarter of its places for one user, unless it says otherwise', async () => {
    for (const [live, share] of [
      [{ maxListeners: 8 }, 2],
      [{ maxListeners: 2, maxListenersPerUser: 2 }, 2],
      [{ maxListeners: 2 }, 1],
    ] as const) {
      const feed = (await aHost(live)).get(ChangeFeed);
      const listen = (owner: string | null): Promise<ChangeStream> =>
        feed.follow({}, undefined, undefined, null, owner);
      const own = [];
      while (own.length < share) own.push(await listen('ann'));
      await expect(listen('ann')).rejects.toMatchObject({
        ...(share < live.maxListeners
          ? { code: 'TASKER_TOO_MANY_LISTENERS_OF_USER', httpStatus: 429, limit: share }
          : { code: 'TASKER_TOO_MANY_LISTENERS', httpStatus: 503 }),
      });
      own.pop()!.close();
      (await listen('lisa')).close();
      (await listen(null)).close();
      own.push(await listen('ann'));
      for (const stream of own) stream.close();
    }
  });

  it('keeps no place for one that gives up while it is not known where the histories end', async () => {
    const host = await aHost({ maxListeners: 1 });
    const feed = host.get(ChangeFeed);
    const [task] = await startMany(host, 1);
    const writer = await lab.connect();
    await writer.query('begin');
    await writer.query(MOVE, [task]);
    const leaving = new AbortController();
    const following = feed.follow({}, undefined, leaving.signal);
    await looks(host, 3);
    leaving.abort();
    expect(await (await following).next()).toEqual({ done: true, value: undefined });
    await writer.query('rollback');
    (await feed.follow()).close();
  });

  it('ends with the process', async () => {
    const host = await aHost();
    const feed = host.get(ChangeFeed);
    const stream = await feed.follow();
    const next = stream.next();
    await host.close();
    expect(await next).toEqual({ done: true, value: undefined });
    await expect(feed.follow()).rejects.toMatchObject({ code: 'TASKER_SHUTTING_DOWN' });
  });
});

describe('listeners that do not take what they are told', () => {
  it('hold what the budget says at most, hold up nobody, and have the rest once they take it', async () => {
    const budget = 100_000;
    const count = 12;
    const live = { ...settings.live, maxListeners: 4 };
    const host = await lab.open({ ...settings, live, database: { maxReadBytes: budget } });
    const feed = host.get(ChangeFeed);
    const begin = (await feed.follow()).position;
    await startMany(host, count);
    await host.kit.runUntilIdle();
    const reason = 'x'.repeat(4_000);
    await lab.query('update __schema__.task_transitions set reason = $1', reason);
    const slow = [await feed.follow({}, begin), await feed.follow({ events: ['task.completed'] }, begin)];
    await eventually(() => expect(slow.every(({ isFull }) => isFull)).toBe(true));
    const quick = await feed.follow({}, begin);
    let ended = 0;
    const changes = await takeUntil(quick, (change) => ends(change) && ++ended === count);
    expect(changes).toHaveLength(4 * count);
    for (const stream of slow) stream.close();
    let held = 0;
    const rest: Change[] = [];
    for (const stream of slow) {
      for await (const change of stream) {
        held += Buffer.byteLength(JSON.stringify(change));
        if (stream === slow[0]) rest.push(change);
      }
    }
    expect(held).toBeLessThan(budget);
    expect(rest.length).toBeGreaterThan(1);
    const again = await feed.follow({}, slow[0]!.position);
    while (rest.length < 4 * count) rest.push((await again.next()).value!);
    expect(rest.map(nameOf).toSorted()).toEqual(changes.map(nameOf).toSorted());
  });
});

/** As the engine does it: the task's row is locked before the history is written. */
const MOVE = `with moved as (
  update tasker.tasks set state = 'in_progress' where task_id = $1 returning task_id
)
insert into tasker.task_transitions (task_id, from_state, to_state) select task_id, 'pending', 'in_progress' from moved`;
