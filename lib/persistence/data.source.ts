import type { DataSource } from 'typeorm';

interface Connected {
  readonly dataSource?: DataSource;
  /** The name of the field in TypeORM 0.3. */
  readonly connection: DataSource;
}

/** The data source of a manager or a query runner. */
export function dataSourceOf(connected: object): DataSource {
  const { dataSource } = connected as Connected;
  return dataSource ?? (connected as Connected).connection;
}
