import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
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

  describe('that some changes could not be added to', () => {
    const lost = () => persistence.query('select sql_state, message from __schema__.lost_totals');
    const refuse = async (): Promise<void> => {
      await persistence.query(
        `create function __schema__.refuse_total() returns trigger language plpgsql as
         $$ begin raise exception 'no statistics today'; end $$`,
      );
      await persistence.query(
        `create trigger refuse before insert on __schema__.state_total_deltas
         for each row execute function __schema__.refuse_total()`,
      );
    };
    const allow = () => persistence.query('drop function if exists __schema__.refuse_total() cascade');
    afterEach(allow);

    it('are right again after a recount, which waits until they can be added to and answers why', async () => {
      const namedTask = await registerShape(persistence, SHAPES.diamond, { namespace: 'sales', name: 'diamond' });
      const worker = await HandWorker.register(persistence);
      await refuse();
      for (let n = 0; n < 3; n++) await startTask(persistence, namedTask);
      await worker.record(...(await worker.claim({ want: 20 })).map((step) => complete(step)));
      expect(await keptTotals(persistence)).not.toEqual(await countedTotals(persistence));
      const refusal = { sqlState: 'P0001', message: 'no statistics today' };
      expect(await persistence.workers.recountStateTotals()).toEqual(refusal);
      expect(await persistence.workers.recountStateTotals()).toEqual(refusal);
      expect((await lost()).length).toBe(1);
      await allow();
      expect(await persistence.workers.recountStateTotals()).toBeNull();
      expect(await keptTotals(persistence)).toEqual(await countedTotals(persistence));
      expect(await lost()).toEqual([]);
      expect(await persistence.workers.recountStateTotals()).toBeNull();
    });

    it('stay known to lack what a transaction left out that commits after the recount', async () => {
      const namedTask = await registerShape(persistence, SHAPES.diamond, { namespace: 'stock', name: 'diamond' });
      await refuse();
      await startTask(persistence, namedTask);
      const late = persistence.dataSource.createQueryRunner();
      await late.startTransaction();
      await late.query('select * from tasker.start_tasks($1, $2, $3, $3, $3, $4, $5, $3)', [
        [namedTask],
        ['{}'],
        [null],
        ['[]'],
        [null],
      ]);
      // The trigger cannot go while a transaction has used its table.
      await persistence.query(
        `create or replace function __schema__.refuse_total() returns trigger language plpgsql as
         $$ begin return new; end $$`,
      );
      expect(await persistence.workers.recountStateTotals()).toBeNull();
      expect(await keptTotals(persistence)).toEqual(await countedTotals(persistence));
      await late.commitTransaction();
      await late.release();
      expect(await lost()).toHaveLength(1);
      expect(await persistence.workers.recountStateTotals()).toBeNull();
      expect(await keptTotals(persistence)).toEqual(await countedTotals(persistence));
    });

    it('come out right while work, folding and recounts go on at once', async () => {
      const namedTask = await registerShape(persistence, SHAPES.diamond, { namespace: 'sales', name: 'diamond' });
      const worker = await HandWorker.register(persistence);
      const note = `insert into __schema__.lost_totals (sql_state, message) values ('P0001', 'for a recount')`;
      const work = async (): Promise<void> => {
        for (let n = 0; n < 10; n++) {
          await startTask(persistence, namedTask);
          await worker.record(...(await worker.claim({ want: 20 })).map((step) => complete(step)));
        }
      };
      const fold = async (): Promise<void> => {
        for (let n = 0; n < 20; n++) await persistence.query('select __schema__.fold_state_totals(7)');
      };
      const recount = async (): Promise<void> => {
        for (let n = 0; n < 20; n++) {
          await persistence.query(note);
          await persistence.workers.recountStateTotals();
        }
      };
      await Promise.all([work(), work(), fold(), recount(), recount()]);
      expect(await keptTotals(persistence)).toEqual(await countedTotals(persistence));
    });

    it('are not what unfinished tasks are counted by, as starts may be refused for their number', async () => {
      const namedTask = await registerShape(persistence, SHAPES.linear, { namespace: 'stock', name: 'linear' });
      const unfinished = async (): Promise<unknown[]> =>
        [...(await persistence.tasks.countUnfinished())].filter(([, count]) => count > 0).toSorted();
      const before = await unfinished();
      await refuse();
      await startTask(persistence, namedTask);
      const after = await unfinished();
      await allow();
      await persistence.workers.recountStateTotals();
      expect(after).toEqual(await unfinished());
      expect(after).not.toEqual(before);
    });
  });

  it('forget tasks that are deleted', async () => {
    await persistence.query('delete from __schema__.tasks where task_id = any ($1)', tasks.slice(0, 15));
    expect(await keptTotals(persistence)).toEqual(await countedTotals(persistence));
  });
});
