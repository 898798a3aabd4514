import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ClaimedStep } from '../../../lib/persistence/worker.gateway.js';
import { startBacklog, startSingle, type Place } from '../../support/backlog.js';
import { usePersistence } from '../../support/persistence.js';
import { layered, SHAPES } from '../../support/shapes.js';
import { complete, HandWorker, registerShape, startTask } from '../../support/workflow.js';

const persistence = usePersistence();
let worker: HandWorker;

beforeEach(async () => {
  await persistence.query('delete from __schema__.tasks');
  worker = await HandWorker.register(persistence);
});

const single = (place: Place): Promise<string> => startSingle(persistence, place);
const backlog = (count: number, place: Place): Promise<string[]> => startBacklog(persistence, count, place);
const taskIds = (steps: readonly ClaimedStep[]): string[] => steps.map(({ taskId }) => taskId);

/** Tasks in the order in which their steps are given to a worker that takes one at a time. */
async function oneByOne(): Promise<string[]> {
  const order: string[] = [];
  for (;;) {
    const [step] = await worker.claim({ want: 1 });
    if (!step) return order;
    order.push(step.taskId);
  }
}

describe('a backlog in one namespace', () => {
  it('leaves every second place to a lone task of another', async () => {
    const many = await backlog(30, { namespace: 'busy' });
    const lone = await single({ namespace: 'quiet' });
    const given = taskIds(await worker.claim({ want: 10 }));
    expect(given).toContain(lone);
    expect(given.filter((id) => id !== lone).toSorted()).toEqual(many.slice(0, 9).toSorted());
  });

  it('is shared evenly with the backlog of another, in one queue or several', async () => {
    const [one, other] = [
      await backlog(30, { namespace: 'one' }),
      await backlog(30, { namespace: 'other', queue: 'mail' }),
    ];
    const given = taskIds(await worker.claim({ want: 20 }));
    expect(given.toSorted()).toEqual([...one.slice(0, 10), ...other.slice(0, 10)].toSorted());
  });

  it('does not hold up another before a worker that takes one step at a time', async () => {
    await backlog(60, { namespace: 'busy' });
    const lone = await single({ namespace: 'quiet' });
    const given = await oneByOne();
    expect(given.indexOf(lone)).toBeLessThan(50); // by chance: one in 2^50 is not
  });

  it('sometimes comes first and sometimes does not, before a worker that takes one step at a time', async () => {
    const [one, other] = [await backlog(40, { namespace: 'one' }), await backlog(40, { namespace: 'other' })];
    const given = (await oneByOne()).slice(0, 40); // all of one of them, if chance had no part in it
    expect(given.some((id) => one.includes(id))).toBe(true);
    expect(given.some((id) => other.includes(id))).toBe(true);
  });

  it('does not keep a worker that goes on with what it frees itself', async () => {
    const chain = await registerShape(persistence, SHAPES.linear, { namespace: 'busy' });
    for (let n = 0; n < 10; n++) await startTask(persistence, chain);
    let running = await worker.claim({ want: 10 });
    expect(running).toHaveLength(10);
    const lone = await single({ namespace: 'quiet' });
    running = (
      await worker.advance(
        running.map((step) => complete(step)),
        { want: 10 },
      )
    ).claimed.steps;
    expect(taskIds(running)).toContain(lone);
    expect(running).toHaveLength(10);
  });

  it('does not keep a worker that goes on with one task at a time', async () => {
    const chain = await registerShape(persistence, layered(60, 1), { namespace: 'busy' });
    await startTask(persistence, chain);
    let running = await worker.claim({ want: 1 });
    const lone = await single({ namespace: 'quiet' });
    for (let steps = 0; running[0]?.taskId !== lone; steps++) {
      expect(steps).toBeLessThan(50); // by chance
      running = (
        await worker.advance(
          running.map((step) => complete(step)),
          { want: 1 },
        )
      ).claimed.steps;
    }
  });

  it('comes first when it is more urgent', async () => {
    const many = await backlog(10, { namespace: 'busy', priority: 1 });
    await single({ namespace: 'quiet' });
    expect(taskIds(await worker.claim({ want: 10 })).toSorted()).toEqual(many.toSorted());
  });
});

describe('a worker of many queues', () => {
  beforeEach(async () => {
    for (let n = 0; n < 20; n++) await single({ queue: `queue_${n}` });
  });

  it('gets as much as it wants where only one of them has it', async () => {
    await backlog(60, {});
    expect(await worker.claim({ want: 70 })).toHaveLength(70);
    expect(await worker.claim({ want: 70 })).toHaveLength(10);
  });

  it('gets the most urgent first, however much of it is in one of them', async () => {
    const urgent = await backlog(60, { priority: 1 });
    const given = await worker.claim({ want: 50 });
    expect(given.map(({ taskId }) => taskId).toSorted()).toEqual(urgent.slice(0, 50).toSorted());
  });
});
