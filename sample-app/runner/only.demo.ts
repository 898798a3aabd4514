import pg from 'pg';
import { StartProblem } from './start.problem.js';

const LOCK = 'nestjs-tasker-sample-app';

/**
 * Orders of this demo that the worker of another one took would meet its services instead of ours, and end otherwise than
 * they are told. Holds a lock for as long as this demo has the database to itself, and resolves with what gives it back.
 */
export async function requireOnlyDemo(databaseUrl: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on('error', () => {}); // what else uses the database says so better
  await client.connect();
  const { rows } = await client.query<{ free: boolean }>(
    'select pg_try_advisory_lock(hashtextextended($1, 0)) as free',
    [LOCK],
  );
  if (rows[0]!.free) return () => client.end();
  await client.end();
  throw new StartProblem(
    'Another "npm start" is using the database of DATABASE_URL: end it, or name another database in DATABASE_URL.',
  );
}
