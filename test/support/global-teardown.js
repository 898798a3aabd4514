import pg from 'pg';

export default async function globalTeardown() {
  const server = globalThis.taskerTestServer;
  if (!server.embedded) await dropDatabasesOfThisRun(server.url, process.env.TASKER_TEST_RUN);
  await server.stop();
}

/** The template database, and whatever a test file that was killed could not drop. */
async function dropDatabasesOfThisRun(url, run) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query('select datname from pg_database where starts_with(datname, $1)', [run]);
    for (const { datname } of rows) await client.query(`drop database if exists ${datname} with (force)`);
  } finally {
    await client.end();
  }
}
