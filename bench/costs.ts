import { setTimeout as pass } from 'node:timers/promises';
import type pg from 'pg';

/** What PostgreSQL counted since a database was made. */
export interface Counters {
  readonly walRecords: number;
  readonly walBytes: number;
  readonly commits: number;
  readonly rows: Readonly<Record<string, Rows>>;
  readonly bytes: Readonly<Record<string, number>>;
}

interface Rows {
  readonly inserted: number;
  readonly updated: number;
  /** Of the updates, those that stayed on their page and wrote to no index. */
  readonly updatedInPlace: number;
  readonly deleted: number;
}

/** What one task or step costs PostgreSQL, on average. */
export interface Costs {
  readonly walRecords: number;
  readonly walBytes: number;
  readonly commits: number;
  /** By table; those that are hardly touched are left out. */
  readonly rows: Readonly<Record<string, Rows>>;
  /** By which tables and indexes grew; those that hardly did are left out. */
  readonly bytes: Readonly<Record<string, number>>;
}

/** Sessions hand in their counts about once a second. */
const SETTLING_MS = 1_500;

export async function countersOf(client: pg.Client): Promise<Counters> {
  await pass(SETTLING_MS);
  const { rows: totals } = await client.query<{ records: number; bytes: number; commits: number }>(
    `select w.wal_records::float8 as records, w.wal_bytes::float8 as bytes, d.xact_commit::float8 as commits
     from pg_stat_wal w cross join pg_stat_database d where d.datname = current_database()`,
  );
  const { rows: tables } = await client.query<Rows & { name: string }>(
    `select relname as name, n_tup_ins::float8 as inserted, n_tup_upd::float8 as updated,
       n_tup_hot_upd::float8 as "updatedInPlace", n_tup_del::float8 as deleted
     from pg_stat_user_tables where schemaname = 'tasker'`,
  );
  const { rows: sizes } = await client.query<{ name: string; bytes: number }>(
    `select relname as name, pg_relation_size(oid)::float8 as bytes from pg_class
     where relnamespace = 'tasker'::regnamespace and relkind in ('r', 'i')`,
  );
  const { records, bytes, commits } = totals[0]!;
  return {
    walRecords: records,
    walBytes: bytes,
    commits,
    rows: Object.fromEntries(tables.map(({ name, ...rows }) => [name, rows])),
    bytes: Object.fromEntries(sizes.map(({ name, bytes: size }) => [name, size])),
  };
}

/** What came between two looks, for each of so many. */
export function costsBetween(before: Counters, after: Counters, amount: number): Costs {
  const each = (from: number, to: number): number => Number(((to - from) / amount).toFixed(3));
  const rows = Object.entries(after.rows).map(([name, now]): [string, Rows] => {
    const { inserted = 0, updated = 0, updatedInPlace = 0, deleted = 0 } = before.rows[name] ?? {};
    return [
      name,
      {
        inserted: each(inserted, now.inserted),
        updated: each(updated, now.updated),
        updatedInPlace: each(updatedInPlace, now.updatedInPlace),
        deleted: each(deleted, now.deleted),
      },
    ];
  });
  const bytes = Object.entries(after.bytes).map(([name, now]): [string, number] => [
    name,
    Math.round((now - (before.bytes[name] ?? 0)) / amount),
  ]);
  return {
    walRecords: each(before.walRecords, after.walRecords),
    walBytes: Math.round((after.walBytes - before.walBytes) / amount),
    commits: Number(((after.commits - before.commits) / amount).toFixed(5)),
    rows: Object.fromEntries(rows.filter(([, { inserted, updated, deleted }]) => inserted + updated + deleted > 0.05)),
    bytes: Object.fromEntries(bytes.filter(([, size]) => size >= 10)),
  };
}
