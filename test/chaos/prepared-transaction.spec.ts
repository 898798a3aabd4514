import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../lib/embedded/embedded-postgres.mjs';
import { StableHistory } from '../../lib/live/stable.history.js';
import type { ChangeLook, ChangePosition } from '../../lib/persistence/change.gateway.js';
import { migrate } from '../../lib/persistence/migration.runner.js';
import { connect } from '../support/persistence.js';

let server: EmbeddedPostgres;
beforeAll(async () => {
  server = await startEmbeddedPostgres({ disposable: true, settings: { max_prepared_transactions: 2 } });
  await speak((query) => migrate({ query }, 'tasker', 'apply'));
}, 60_000);
afterAll(() => server.stop());

type Query = (sql: string, parameters?: unknown[]) => Promise<any>;

/** On a connection of its own, as none lives through a restart. */
async function speak<T>(work: (query: Query) => Promise<T>): Promise<T> {
  const client = await connect(server.url);
  try {
    return await work((sql, parameters) => client.query(sql, parameters));
  } finally {
    await client.end();
  }
}

const look = ({ task, step }: ChangePosition): Promise<ChangeLook> =>
  speak(async (query) => (await query('select tasker.look_for_changes($1, $2) as seen', [task, step])).rows[0].seen);

/** A transaction that writes a transition, of a task that need not be there; answers its id. */
async function write(end: string): Promise<string> {
  return speak(async (query) => {
    await query('set session_replication_role = replica');
    await query('begin');
    const { rows } = await query(
      `insert into tasker.task_transitions (task_id, from_state, to_state) values (1, 'pending', 'in_progress') returning id`,
    );
    await query(end);
    return rows[0].id;
  });
}

it('a prepared transaction holds up what is settled, also when the server was started anew in between', async () => {
  const history = new StableHistory({ look });
  const before = await history.look();
  await write(`prepare transaction 'slow'`);
  expect(await history.look()).toEqual(before);

  await server.restart();

  const later = await write('commit');
  expect(await history.look()).toBeNull();
  expect(await history.look()).toBeNull();
  expect(await new StableHistory({ look }).look()).toBeNull();
  await speak((query) => query(`commit prepared 'slow'`));
  expect(await history.look()).toEqual({ ...before, task: later });
}, 60_000);
