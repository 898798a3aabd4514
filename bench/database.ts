import pg from 'pg';

const PATIENCE_MS = 600_000;

/** Does the work in a new database of the server, so that no measurement profits or suffers from another. */
export async function inNewDatabase<T>(
  serverUrl: string,
  name: string,
  work: (url: string, client: pg.Client) => Promise<T>,
): Promise<T> {
  const database = `tasker_bench_${process.pid}_${name.replaceAll('-', '_')}`;
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  const admin = new pg.Client({ connectionString: serverUrl });
  const client = new pg.Client({ connectionString: url.href });
  await admin.connect();
  await admin.query(`create database ${database}`);
  try {
    await client.connect();
    return await work(url.href, client);
  } finally {
    await client.end();
    await admin.query(`drop database ${database} with (force)`);
    await admin.end();
  }
}

/**
 * A lone task is measured on an idle system: what the runs before it left to the server's own housekeeping is awaited. A
 * checkpoint under way is hurried, if the user may: by itself it spreads its writes over minutes.
 */
export async function idle(client: pg.Client): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  const { rows } = await client.query(`show is_superuser`);
  if ((rows as { is_superuser: string }[])[0]!.is_superuser === 'on') await client.query('checkpoint');
  for (;;) {
    const { rowCount } = await client.query(
      `select from pg_stat_activity where backend_type in ('autovacuum worker', 'parallel worker') or wait_event = 'CheckpointWriteDelay'`,
    );
    if (rowCount === 0) return;
    if (Date.now() > giveUpAt) throw new Error('The server does not come to rest: autovacuum or a checkpoint goes on.');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export async function serverVersion(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ server_version: string }>('show server_version');
  return rows[0]!.server_version.split(' ')[0]!;
}
