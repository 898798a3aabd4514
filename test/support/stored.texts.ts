import type { Lab } from './lab.js';

/** The tables of the schema that have a text anywhere in a row, in plain or in bytes. */
export async function tablesWith(lab: Pick<Lab, 'query'>, text: string): Promise<string[]> {
  const tables = await lab.query<{ name: string }>(
    "select c.relname as name from pg_class c where c.relnamespace = '__schema__'::regnamespace and c.relkind in ('r', 'p') order by 1",
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await lab.query(
      `select from __schema__.${name} x where position($1 in x::text) > 0 or position($2 in x::text) > 0 limit 1`,
      text,
      Buffer.from(text).toString('hex'),
    );
    if (rows.length > 0) found.push(name);
  }
  return found;
}
