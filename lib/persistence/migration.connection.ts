/** What migrating needs of a connection. All statements must reach the same session. */
export interface MigrationConnection {
  query(sql: string, parameters?: unknown[]): Promise<unknown>;
  /** Runs `work` in a transaction, rolled back when it throws. @default one of its own, by statements */
  transaction?<T>(work: () => Promise<T>): Promise<T>;
}

/** A session of ours answers with rows, a `pg` client with a result that holds them. */
export async function rows<Row>(
  connection: MigrationConnection,
  sql: string,
  parameters: unknown[] = [],
): Promise<Row[]> {
  const answer = await connection.query(sql, parameters);
  return (Array.isArray(answer) ? answer : (answer as { rows: Row[] }).rows) as Row[];
}
