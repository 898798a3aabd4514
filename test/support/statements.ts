import type { INestApplication } from '@nestjs/common';
import { AbstractLogger, DataSource } from 'typeorm';

/** Counts what is sent to the database. */
class CountingLogger extends AbstractLogger {
  readonly seen: string[] = [];

  override logQuery(query: string): void {
    this.seen.push(query);
  }

  protected writeLog(): void {
    // Nobody reads it.
  }
}

/** The SQL statements that the work leads to, those of transactions included. */
export async function statementsOf(app: INestApplication, work: () => Promise<unknown>): Promise<readonly string[]> {
  const source = app.get(DataSource);
  const before = source.logger;
  const counting = new CountingLogger();
  source.logger = counting;
  try {
    await work();
  } finally {
    source.logger = before;
  }
  return counting.seen;
}
