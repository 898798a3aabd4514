import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../scripts/embedded-postgres.mjs';
import { ChangeHorizon } from '../../lib/live/change.horizon.js';
import type { ChangeLook, ChangePosition } from '../../lib/persistence/change.gateway.js';
import { migrate } from '../../lib/persistence/migration.runner.js';
import { connect } from '../support/persistence.js';

let server: EmbeddedPostgres;
beforeAll(async () => {
  server = await startEmbeddedPostgres({ settings: { max_prepared_transactions: 2 } });
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

/** A transaction that does what an insert of a transition does before it is committed; answers the id. */
async function giveOut(end: string): Promise<string> {
  return speak(async (query) => {
    await query('begin');
    await query('lock table tasker.task_transitions in row exclusive mode');
    const { rows } = await query(`select nextval(pg_get_serial_sequence('tasker.task_transitions', 'id')) as id`);
    await query(end);
    return rows[0].id;
  });
}

it('a prepared transaction holds up what is settled, also when the server was started anew in between', async () => {
  const horizon = new ChangeHorizon({ look });
  const before = await horizon.look();
  await giveOut(`prepare transaction 'slow'`);
  expect(await horizon.look()).toEqual(before);

  await server.restart();

  const later = await giveOut('commit');
  expect(await horizon.look()).toEqual(before);
  expect(await new ChangeHorizon({ look }).look()).toBeNull();
  await speak((query) => query(`commit prepared 'slow'`));
  expect(await horizon.look()).toEqual({ ...before, task: later });
}, 60_000);
