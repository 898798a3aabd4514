import type pg from 'pg';

/** Waits until the query finds no row, and asks at once again: what is waited for ends a measurement. */
export async function untilNone(client: pg.Client, query: string, values: readonly unknown[] = []): Promise<void> {
  while ((await client.query(query, [...values])).rowCount !== 0);
}
