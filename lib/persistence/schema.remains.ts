import { rows, type MigrationConnection } from './migration.connection.js';
import type { SqlFiles } from './sql.files.js';

/**
 * Drops the package's types and functions that are left in a schema without its tables: TypeORM's option `dropSchema`,
 * and similar scripts, drop only tables and views. If any table of the package exists, nothing is dropped.
 */
export async function clearRemains(connection: MigrationConnection, schema: string, files: SqlFiles): Promise<void> {
  const created = createdNames(files);
  const tables = await rows(
    connection,
    `select from pg_class where relnamespace = to_regnamespace($1) and relkind = 'r' and relname = any ($2)`,
    [schema, created.table],
  );
  if (tables.length > 0) return;
  const remains = await rows<{ drop: string }>(
    connection,
    `select format('drop function %s cascade', oid::regprocedure) as drop from pg_proc
     where pronamespace = to_regnamespace($1) and proname = any ($2)
     union all
     select format('drop %s %s cascade', case typtype when 'd' then 'domain' else 'type' end, oid::regtype) from pg_type
     where typnamespace = to_regnamespace($1) and (typtype, typname) in (
       select 'd'::"char", unnest($3::text[]) union all select 'c', unnest($4::text[])
     )`,
    [schema, created.function, created.domain, created.type],
  );
  for (const { drop } of remains) await connection.query(drop);
}

type Kind = 'table' | 'function' | 'domain' | 'type';

function createdNames({ migrations, objects }: SqlFiles): Readonly<Record<Kind, readonly string[]>> {
  const text = [...migrations, ...objects].map((file) => file.text).join('\n');
  const namesOf = (kind: Kind): string[] =>
    [...text.matchAll(new RegExp(`^create (?:or replace )?${kind} __schema__\\.(\\w+)`, 'gm'))].map(
      ([, name]) => name!,
    );
  return {
    table: namesOf('table'),
    function: namesOf('function'),
    domain: namesOf('domain'),
    type: namesOf('type'),
  };
}
