import type { DataSource } from 'typeorm';

/** Changes the audit log as somebody can who owns its table, by one statement. */
export async function tamper(database: Pick<DataSource, 'query'>, sql: string): Promise<void> {
  await database.query('alter table tasker.audit_log disable trigger user');
  await database.query(sql);
  await database.query('alter table tasker.audit_log enable trigger user');
}
