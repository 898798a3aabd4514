import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createEmptyDatabase, type TestDatabase } from '../../support/database.js';
import { connect } from '../../support/persistence.js';
import { beginRun } from '../../support/run.js';

let server: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  server = await createEmptyDatabase();
  client = await connect(server.url);
});
afterAll(async () => {
  await client.end();
  await server.drop();
});

describe('runs of these tests that share a server', () => {
  it('keep what belongs to each other', async () => {
    const [first, second] = [aRun(), aRun()];
    const endFirst = await beginRun(server.url, first);
    await client.query(`create database ${first}_template`);

    const endSecond = await beginRun(server.url, second);
    await client.query(`create database ${second}_template`);
    expect(await databasesOf(first)).toEqual([`${first}_template`]);

    await endFirst();
    expect(await databasesOf(second)).toEqual([`${second}_template`]);
    await endSecond();
  });

  it('drop what is theirs when they end', async () => {
    const run = aRun();
    const end = await beginRun(server.url, run);
    await client.query(`create database ${run}_left`);

    await end();

    expect(await databasesOf(run)).toEqual([]);
  });

  it('drop at their start what a run that was killed has left', async () => {
    const killed = aRun();
    await client.query(`create database ${killed}_template`);

    const end = await beginRun(server.url, aRun());

    expect(await databasesOf(killed)).toEqual([]);
    await end();
  });
});

const aRun = (): string => `tasker_test_${randomBytes(4).toString('hex')}`;

async function databasesOf(run: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'select datname as name from pg_database where starts_with(datname, $1)',
    [run],
  );
  return rows.map(({ name }) => name);
}
