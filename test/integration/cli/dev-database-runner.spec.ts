import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { runWith } from '../../../lib/cli/dev-database.runner.js';
import { createEmptyDatabase, type TestDatabase } from '../../support/database.js';
import { connect } from '../../support/persistence.js';

const FOR_EVER = [process.execPath, '-e', 'setInterval(() => undefined, 60_000)'];

describe('a command beside a database', () => {
  let db: TestDatabase;
  let other: pg.Client;
  beforeAll(async () => {
    db = await createEmptyDatabase();
    other = await connect(db.url);
  });
  afterAll(async () => {
    await other.end();
    await db.drop();
  });

  it('that runs elsewhere ends with the signal, and waits for nobody who still uses the database', async () => {
    const said: string[] = [];
    const sink = { write: (text: string) => said.push(text) };
    const server = { url: db.url, isOwn: false, stop: () => Promise.resolve() };
    const ended = runWith(server, FOR_EVER, { stdout: sink, stderr: sink, env: {} });
    process.emit('SIGTERM');
    expect(await ended).toBe(2);
    expect(said).toEqual([]);
  });
});
