import { beforeAll, describe, expect, it } from '@jest/globals';
import { usePersistence } from '../../support/persistence.js';
import { SHAPE_NAMES, SHAPES } from '../../support/shapes.js';
import { countedTotals, keptTotals } from '../../support/totals.js';
import {
  complete,
  endWaits,
  fail,
  failForGood,
  HandWorker,
  registerShape,
  release,
  startTask,
} from '../../support/workflow.js';

const persistence = usePersistence();

/** Tasks of every shape in two namespaces, left in every state that a worker can bring them to. */
async function mixedRun(): Promise<string[]> {
  const tasks: string[] = [];
  for (const namespace of ['sales', 'stock']) {
    for (const shape of SHAPE_NAMES) {
      const namedTask = await registerShape(persistence, SHAPES[shape], { namespace, name: shape });
      for (let n = 0; n < 3; n++) tasks.push(await startTask(persistence, namedTask));
    }
    tasks.push(await startTask(persistence, await registerShape(persistence, [], { namespace, name: 'empty' })));
  }
  const worker = await HandWorker.register(persistence, 0.001);
  const endings = [complete, complete, fail, complete, failForGood, release, complete];
  let turn = 0;
  for (let round = 0; round < 6; round++) {
    const claimed = await worker.claim({ want: 40 });
    await worker.record(...claimed.map((step) => endings[turn++ % endings.length]!(step)));
    for (const task of tasks.slice(0, 10)) await endWaits(persistence, task);
  }
  await worker.claim({ want: 10 }); // and some of a worker that is lost
  await persistence.workers.reapLostWorkers();
  await (await HandWorker.register(persistence)).claim({ want: 10 });
  tasks.push(await startTask(persistence, await registerShape(persistence, SHAPES.linear)));
  return tasks;
}

describe('the state totals', () => {
  let tasks: string[];

  beforeAll(async () => {
    tasks = await mixedRun();
  });

  it('equal a count over the tables, in every state', async () => {
    const counted = await countedTotals(persistence);
    expect(await keptTotals(persistence)).toEqual(counted);
    const states = new Set((counted as { kind: string; state: string }[]).map(({ kind, state }) => `${kind} ${state}`));
    expect([...states]).toEqual(
      expect.arrayContaining(['task pending', 'task in_progress', 'task complete', 'step error', 'step in_progress']),
    );
  });

  it('are the same after deltas were folded, in part and wholly', async () => {
    const before = await keptTotals(persistence);
    const [partly] = await persistence.query('select __schema__.fold_state_totals(5) as folded');
    expect(partly!.folded).toBe(5);
    expect(await keptTotals(persistence)).toEqual(before);

    await persistence.workers.foldStateTotals();
    expect(await keptTotals(persistence)).toEqual(before);
    expect(await persistence.query('select * from __schema__.state_total_deltas')).toEqual([]);
  });

  it('stay right while work and folding go on at once', async () => {
    const namedTask = await registerShape(persistence, SHAPES.diamond, { namespace: 'sales', name: 'diamond' });
    const worker = await HandWorker.register(persistence);
    const work = async (): Promise<void> => {
      for (let n = 0; n < 10; n++) {
        await startTask(persistence, namedTask);
        await worker.record(...(await worker.claim({ want: 20 })).map((step) => complete(step)));
      }
    };
    const fold = async (): Promise<void> => {
      for (let n = 0; n < 20; n++) await persistence.query('select __schema__.fold_state_totals(7)');
    };
    await Promise.all([work(), work(), fold(), fold(), fold()]);
    expect(await keptTotals(persistence)).toEqual(await countedTotals(persistence));
    await persistence.workers.foldStateTotals();
    expect(await keptTotals(persistence)).toEqual(await countedTotals(persistence));
  });

  it('forget tasks that are deleted', async () => {
    await persistence.query('delete from __schema__.tasks where task_id = any ($1)', tasks.slice(0, 15));
    expect(await keptTotals(persistence)).toEqual(await countedTotals(persistence));
  });
});
