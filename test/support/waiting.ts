import type pg from 'pg';

/**
 * Resolves when a session of this database waits for a lock, so that a test can go on at exactly that moment.
 * @param statement part of the waiting statement
 */
export async function lockWaited(client: pg.Client, statement: string, deadlineMs = 10_000): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (Date.now() < deadline) {
    await client.query('select pg_stat_clear_snapshot()'); // in a transaction the first look would be the last
    const { rowCount } = await client.query(
      `select 1 from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock' and position($1 in query) > 0
         and pid <> pg_backend_pid()`,
      [statement],
    );
    if (rowCount) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`No session came to wait for a lock in "${statement}".`);
}
