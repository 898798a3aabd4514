import { constants } from 'node:os';
import pg from 'pg';
import { DatabaseUnreachableError } from '../../scripts/database.mjs';

const PREFIX = '^tasker_test_[0-9a-f]{8}';
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * A server of the user's own outlives the tests, and must not keep what they made there, even when they are interrupted.
 * Resolves with what drops the databases whose names begin with the run's. A session that bears its name says that it lives;
 * without one, `database.ts` makes no database any more.
 */
export async function beginRun(url, run) {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {}); // a server that goes away fails the tests by itself
  await client.connect();
  await requireCreateDatabase(client);
  await client.query(`select set_config('application_name', $1, false)`, [run]);
  await dropDeadRuns(client);
  const end = async () => {
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [run]); // that of `database.ts`
    await dropDatabases(client, run);
    await client.end();
  };
  const forget = onSignal(end);
  return () => end().finally(forget);
}

/** Ends the run, then the process. A Ctrl-C comes twice: from the terminal, and from `scripts/test.mjs`, which passes it on. */
function onSignal(end) {
  let ending;
  const leave = (signal) => {
    ending ??= end().finally(() => process.exit(128 + constants.signals[signal]));
  };
  for (const signal of SIGNALS) process.on(signal, leave);
  return () => SIGNALS.forEach((signal) => process.off(signal, leave));
}

async function requireCreateDatabase(client) {
  const { rows } = await client.query(
    'select rolname, rolcreatedb or rolsuper as may from pg_roles where rolname = current_user',
  );
  const { rolname, may } = rows[0];
  if (may) return;
  throw new DatabaseUnreachableError(
    `The user "${rolname}" of DATABASE_URL may not create databases, which the tests need: run "alter role ${rolname} createdb", or unset DATABASE_URL.`,
  );
}

/** The template database, and whatever a test file that was killed could not drop. */
async function dropDatabases(client, run) {
  const { rows } = await client.query('select datname from pg_database where starts_with(datname, $1)', [run]);
  for (const { datname } of rows) await client.query(`drop database if exists ${datname} with (force)`);
}

/** What a run that got a SIGKILL has left; whatever is in use after all stays. */
async function dropDeadRuns(client) {
  const { rows } = await client.query(
    `select d.datname from pg_database d
     where d.datname ~ $1 and pg_get_userbyid(d.datdba) = current_user
       and not exists (select from pg_stat_activity a where a.application_name = substring(d.datname from $1))`,
    [PREFIX],
  );
  for (const { datname } of rows) await client.query(`drop database if exists ${datname}`).catch(() => {});
}
