import { beforeEach, describe, expect, it } from '@jest/globals';
import { usePersistence } from '../../support/persistence.js';
import { bulk } from '../../support/random.js';
import { complete, HandWorker, registerShape, startTask } from '../../support/workflow.js';

const persistence = usePersistence();
const ONE = [{ name: 'only', dependsOn: [] }];
const HOUR = 3_600;

let worker: HandWorker;
let names = 0;

beforeEach(async () => {
  for (const table of ['tasks', 'limit_checks', 'limit_starts'])
    await persistence.query(`delete from __schema__.${table}`);
  worker = await HandWorker.register(persistence);
});

type Limits = { readonly concurrency?: number; readonly rate?: { readonly count: number; readonly seconds: number } };

/** Tasks of one step under a limit; versions of it under one name share the limit. */
async function start(count: number, limits: Limits, name = `limited_${++names}`, version = '1.0.0') {
  const only = { limits: { concurrency: null, rate: null, key: null, ...limits, name } };
  const namedTask = await registerShape(persistence, ONE, { name, version, steps: { only } });
  const tasks = [];
  for (let n = 0; n < count; n++) {
    tasks.push(await startTask(persistence, namedTask, { context: { bulk: bulk(2_000) } }));
  }
  return { name, tasks };
}

describe('a limit', () => {
  it('that was lowered below what runs lets nothing begin', async () => {
    const { name } = await start(3, { concurrency: 3 });
    expect(await worker.claim()).toHaveLength(3);
    await start(1, { concurrency: 1 }, name, '2.0.0');
    expect(await worker.claim()).toEqual([]);
  });

  it('is looked at again when a step ends whose template is gone', async () => {
    const { name } = await start(1, { concurrency: 1 });
    const [running] = await worker.claim();
    const { tasks } = await start(1, { concurrency: 1 }, name, '2.0.0');
    expect(await worker.claim()).toEqual([]);
    await persistence.query('delete from __schema__.named_tasks_named_steps where id = $1', running!.templateId);
    await worker.record(complete(running!));
    expect((await worker.claim()).map(({ taskId }) => taskId)).toEqual(tasks);
  });

  it('of starts is not looked at before time makes room', async () => {
    await start(2, { rate: { count: 1, seconds: HOUR } });
    expect(await worker.claim()).toHaveLength(1);
    expect(await persistence.query('select due_at > now() as later from __schema__.limit_checks')).toEqual([
      { later: true },
    ]);
  });

  it('of starts is reported by when it opens; of several that are full, the first', async () => {
    for (const seconds of [HOUR, 60, 2 * HOUR]) await start(2, { rate: { count: 1, seconds } });
    const { claimed, limitOpensIn } = await worker.advance([]);
    expect(claimed.steps).toHaveLength(3);
    expect(Math.ceil(limitOpensIn!)).toBe(60);
  });

  it('of starts forgets the latest, where a claim leaves what does not fit', async () => {
    const { name } = await start(1, { rate: { count: 3, seconds: HOUR } });
    await worker.claim();
    await persistence.query(`update __schema__.limit_starts set counts_until = now() + interval '1 minute'`);
    await start(2, { rate: { count: 3, seconds: HOUR } }, name);
    expect(await worker.claim({ maxBytes: 3_000 })).toHaveLength(1);
    const starts = await persistence.query(
      `select counts_until < now() + interval '2 minutes' as early from __schema__.limit_starts order by counts_until`,
    );
    expect(starts).toEqual([{ early: true }, { early: false }]);
  });
});
