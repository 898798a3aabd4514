import { QueryFailedError, type DataSource } from 'typeorm';
import { SERVER_TEXT } from './server.text.js';
import type { PgClient, PgResult, PgStatement, TransactionStatus } from './pg.client.js';
import { DatabaseTimeoutError } from './persistence.errors.js';
import { withinLimit } from './statement.limit.js';

/**
 * Speaks to one connection as the engine does: past TypeORM, so that neither type parsers of the host's driver nor its
 * subscribers change what a statement answers. TypeORM's log of statements shows ours as it shows the host's.
 */
export class Session {
  constructor(
    readonly client: PgClient,
    private readonly source: DataSource,
    /** What each statement may take, in milliseconds. */
    readonly limitMs: number,
  ) {}

  /** Where the last statement left the session. The driver learns that a moment after it learns that one failed. */
  async status(): Promise<TransactionStatus | null> {
    if (this.client.readyForQuery === false) await this.ask({ text: '' });
    return this.client.getTransactionStatus();
  }

  /** @throws QueryFailedError, which knows no parameters: they are contexts and secrets, and errors are logged */
  async query<Row>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.run(text, parameters)).rows as Row[];
  }

  /** Answers what the server did, such as `COMMIT`. */
  async command(text: string): Promise<string> {
    return (await this.run(text, [])).command;
  }

  /** Runs `work` in a transaction, which others' commits become visible in; rolled back when it throws. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.command('begin isolation level read committed');
    try {
      const result = await work();
      await this.command('commit');
      return result;
    } catch (error) {
      // Where this fails the connection is lost, or the guard of the pool closes it; the first error says why.
      await this.command('rollback').catch(() => undefined);
      throw error;
    }
  }

  /** Past the log of statements. */
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
