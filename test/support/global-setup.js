import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { openServer } from '../../scripts/database.mjs';

/**
 * One PostgreSQL server for the whole run, and one name for everything this run creates there, so that runs that share a
 * server do not meet. The template database is made by the first test file that wants a copy: see `database.ts`.
 */
export default async function globalSetup() {
  const server = await openServer();
  if (!server.embedded) await requireCreateDatabase(server.url);
  globalThis.taskerTestServer = server;
  process.env.TASKER_TEST_SERVER_URL = server.url;
  process.env.TASKER_TEST_RUN = `tasker_test_${randomBytes(4).toString('hex')}`;
}

async function requireCreateDatabase(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(
      'select rolname, rolcreatedb or rolsuper as may from pg_roles where rolname = current_user',
    );
    const { rolname, may } = rows[0];
    if (may) return;
    throw new Error(
      `The user "${rolname}" of DATABASE_URL may not create databases, which the tests need: run "alter role ${rolname} createdb", or unset DATABASE_URL.`,
    );
  } finally {
    await client.end();
  }
}
