import { QueryFailedError, type DataSource } from 'typeorm';
import { SERVER_TEXT } from './server.text.js';
import type { PgClient, PgResult, PgStatement, TransactionStatus } from './pg.client.js';
import { DatabaseTimeoutError } from './persistence.errors.js';
import { withinLimit } from './statement.limit.js';

/**
 * Runs the engine's statements on one connection, without TypeORM, so that neither type parsers of the host's driver
 * nor subscribers change the answers. TypeORM's log of statements includes them.
 */
export class Session {
  constructor(
    readonly client: PgClient,
    private readonly source: DataSource,
    /** The time limit of each statement, in milliseconds. */
    readonly limitMs: number,
  ) {}

  /** The status after the last statement. The driver receives it a moment after the error of a failed statement. */
  async status(): Promise<TransactionStatus | null> {
    if (this.client.readyForQuery === false) await this.ask({ text: '' });
    return this.client.getTransactionStatus();
  }

  /** @throws QueryFailedError without the parameters, which are contexts and secrets, because errors are logged */
  async query<Row>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.run(text, parameters)).rows as Row[];
  }

  /** Returns the command that the server executed, such as `COMMIT`. */
  async command(text: string): Promise<string> {
    return (await this.run(text, [])).command;
  }

  /** Runs `work` in a read committed transaction, which is rolled back if it throws. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.command('begin isolation level read committed');
    try {
      const result = await work();
      await this.command('commit');
      return result;
    } catch (error) {
      // If this fails, the connection is lost, or the guard of the pool closes it. The first error is the one to
      // report.
      await this.command('rollback').catch(() => undefined);
      throw error;
    }
  }

  /** Runs a statement without logging it. */
  ask(statement: PgStatement): Promise<PgResult> {
    return withinLimit(this.client, this.limitMs, this.client.query(statement));
  }

  private async run(text: string, parameters: readonly unknown[]): Promise<PgResult> {
    const { logger, options } = this.source;
    const values = [...parameters];
    const began = Date.now();
    logger.logQuery(text, values);
    try {
      const result = await this.ask({ text, values, types: SERVER_TEXT });
      const tookMs = Date.now() - began;
      const { maxQueryExecutionTime } = options;
      if (maxQueryExecutionTime && tookMs > maxQueryExecutionTime) logger.logQuerySlow(tookMs, text, values);
      return result;
    } catch (error) {
      logger.logQueryError(error as Error, text, values);
      if (error instanceof DatabaseTimeoutError) throw error;
      const failure = new QueryFailedError(text, undefined, error as Error);
      delete (failure as { parameters?: unknown }).parameters;
      throw failure;
    }
  }
}
