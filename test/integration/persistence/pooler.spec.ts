import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { LoggerService } from '@nestjs/common';
import pg from 'pg';
import { ReadyNotifier } from '../../../lib/engine/ready.notifier.js';
import { Database } from '../../../lib/persistence/database.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { aTemplate, HANDLER } from '../../support/factories.js';
import { openHost, type Host } from '../../support/host.js';
import { startPooler, type Pooler } from '../../support/pgbouncer.js';
import { SHAPES } from '../../support/shapes.js';

/** Connections to the server that all clients of the pooler share. */
const SHARED = 6;

let database: TestDatabase;
let pooler: Pooler;
let host: Host | undefined;

beforeAll(async () => {
  database = await createTestDatabase();
  pooler = await startPooler(database.url, { size: SHARED });
});
afterEach(async () => {
  await host?.close();
  host = undefined;
});
afterAll(async () => {
  await pooler.stop();
  await database.drop();
});

describe('a worker behind PgBouncer in transaction mode', () => {
  it('runs tasks, says once that nobody can listen there, and leaves the shared sessions as they were', async () => {
    const template = aTemplate(SHAPES.linear);
    const { logger, lines } = aLog();
    host = await openHost({
      url: pooler.url,
      logger,
      templates: [template],
      handlers: { [HANDLER]: () => ({}) },
      worker: { enabled: true, pollIntervalMs: 20 },
    });
    await host.tasks.startMany(Array.from({ length: 20 }, () => template.request));
    await eventually(async () => expect(await look(database.url, UNFINISHED)).toEqual([{ left: '0' }]));
    host.get(ReadyNotifier).notifyOthers();
    expect(lines.filter((line) => line.includes('pooler'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('Failed to listen for notifications of ready steps'))).toEqual([]);

    // Each of the sessions that the pooler shares out, one beside the other.
    const others = await Promise.all(Array.from({ length: SHARED }, () => connect(pooler.url)));
    const sessions = await Promise.all(
      others.map(async (client) => {
        await client.query('begin');
        const { rows } = await client.query<{ pid: string; changed: number; locks: number; channels: number }>(SESSION);
        return rows[0]!;
      }),
    );
    await Promise.all(others.map((client) => client.query('rollback').then(() => client.end())));
    expect(new Set(sessions.map(({ pid }) => pid)).size).toBe(SHARED);
    for (const { changed, locks, channels } of sessions) {
      expect({ changed, locks, channels }).toEqual({ changed: 0, locks: 0, channels: 0 });
    }
  });

  it('still tells workers that are connected past the pooler', async () => {
    const heard: string[] = [];
    const listener = await connect(database.url);
    listener.on('notification', ({ channel }) => heard.push(channel));
    await listener.query('listen tasker_ready');
    host = await openHost({ url: pooler.url });
    host.get(ReadyNotifier).notifyOthers();
    await eventually(() => expect(heard).toEqual(['tasker_ready']));
    await listener.end();
  });
});

describe('a process behind PgBouncer in session mode, which allows it too few connections', () => {
  it('is told so for each that is not served, and keeps those that are', async () => {
    const small = await startPooler(database.url, { mode: 'session', size: 1 });
    const { logger, lines } = aLog();
    try {
      host = await openHost({ url: small.url, logger, database: { statementTimeoutMs: 300 } });
      // The start waits no longer for the connection that listens than for any other.
      expect(lines).toContainEqual(expect.stringContaining('did not respond within 0.3 s'));
      const engine = host.get(Database);
      const [first, second] = await Promise.allSettled([1, 2].map(() => engine.query('select pg_sleep(0.1)', [])));
      expect(first!.status).toBe('fulfilled');
      expect((second as PromiseRejectedResult).reason).toMatchObject({
        code: 'TASKER_DATABASE_TIMEOUT',
        reason: 'unserved',
        message:
          'A connection was opened, but the database did not respond to its first statement within 0.3 s; it was closed. ' +
          'Check that a pooler in session mode allows as many connections as all pools together.',
      });
      const pid = 'select pg_backend_pid() as pid';
      const [served] = await engine.query<{ pid: number }>(pid, []);
      await expect(Promise.all([1, 2].map(() => engine.query('select pg_sleep(0.1)', [])))).rejects.toThrow('pooler');
      expect(await engine.query(pid, [])).toEqual([served]); // not closed as if it were silent, too
    } finally {
      await host?.close();
      host = undefined;
      await small.stop();
    }
  });
});

const UNFINISHED = `select count(*) as left from tasker.tasks where state <> 'complete'`;

/** What this session has that a new one has not. */
const SESSION = `
  select pg_backend_pid() as pid,
    (select count(*)::integer from pg_settings where source = 'session' and name not in ('application_name', 'client_encoding'))
      as changed,
    (select count(*)::integer from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()) as locks,
    (select count(*)::integer from pg_listening_channels()) as channels`;

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

async function look(url: string, sql: string): Promise<unknown[]> {
  const client = await connect(url);
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function aLog(): { readonly logger: LoggerService; readonly lines: readonly string[] } {
  const lines: string[] = [];
  const add = (message: unknown): unknown => lines.push(String(message));
  return { logger: { log: () => undefined, warn: add, error: add }, lines };
}
