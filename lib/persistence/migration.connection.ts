/** A connection for migrations. All statements must reach the same session. */
export interface MigrationConnection {
  query(sql: string, parameters?: unknown[]): Promise<unknown>;
  /**
   * Runs `work` in a transaction, which is rolled back if it throws.
   * @default the runner begins and ends a transaction itself
   */
  transaction?<T>(work: () => Promise<T>): Promise<T>;
}

/** The rows of an answer: a `Session` returns them directly, a `pg` client in a result object. */
export async function rows<Row>(
  connection: MigrationConnection,
  sql: string,
  parameters: unknown[] = [],
): Promise<Row[]> {
  const answer = await connection.query(sql, parameters);
  return (Array.isArray(answer) ? answer : (answer as { rows: Row[] }).rows) as Row[];
}
