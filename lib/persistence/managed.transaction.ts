import { Logger } from '@nestjs/common';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { errorText } from '../workflow/error.text.js';
import { dataSourceOf } from './data.source.js';
import { isStrict } from './isolation.js';
import { isLost, type PgClient } from './pg.client.js';
import { AbortedTransactionError, EndedTransactionError, LostConnectionError } from './persistence.errors.js';
import { clientOf } from './managed.session.js';
import { Session } from './session.js';
import { giveUp, withinLimit } from './statement.limit.js';

/**
 * Runs work of the host, which uses TypeORM, in a transaction that the engine begins and ends itself: TypeORM takes the
 * commit of an aborted transaction for a success, and ignores a failed rollback. See `Database.managedTransaction`.
 */
export async function inManagedTransaction<Work, Recorded>(
  source: DataSource,
  limitMs: number,
  signal: AbortSignal,
  work: (manager: EntityManager) => Promise<Work>,
  record: (manager: EntityManager, result: Work) => Promise<Recorded>,
): Promise<Recorded> {
  const runner = source.createQueryRunner();
  const client = await clientOf(runner, limitMs, (late) => late.release()); // for the next user
  try {
    return await new ManagedTransaction(runner, client, new Session(client, source, limitMs), signal).run(work, record);
  } finally {
    await runner.release();
  }
}

type Moment = `${'Before' | 'After'}Transaction${'Commit' | 'Rollback'}`;

class ManagedTransaction {
  private readonly logger = new Logger('TaskerDatabase');
  /** The error of the server or the network with which the connection was lost. */
  private lostBy: Error | undefined;
  private commitSent = false;

  constructor(
    private readonly runner: QueryRunner,
    private readonly client: PgClient,
    private readonly session: Session,
    private readonly signal: AbortSignal,
  ) {}

  async run<Work, Recorded>(
    work: (manager: EntityManager) => Promise<Work>,
    record: (manager: EntityManager, result: Work) => Promise<Recorded>,
  ): Promise<Recorded> {
    const noteLoss = (error: Error): void => {
      this.lostBy ??= error;
    };
    this.client.on('error', noteLoss);
    try {
      await this.begin();
      const result = await this.unlessLeft(work(this.runner.manager));
      await this.requireOpen();
      const recorded = await record(this.runner.manager, result);
      await this.commit();
      return recorded;
    } catch (error) {
      await this.rollback();
      if (isLost(this.client) && !this.commitSent)
        throw new LostConnectionError({ cause: this.lostBy ?? error }, error);
      throw error;
    } finally {
      this.client.off('error', noteLoss);
    }
  }

  /** Setting the isolation takes a statement, so it is set only if it differs. */
  private async begin(): Promise<void> {
    const { isolationLevel } = dataSourceOf(this.runner).options as { readonly isolationLevel?: unknown }; // not in 0.3
    const isOdd = (await isStrict(this.session)) || isolationLevel !== undefined;
    const begun = this.runner.startTransaction(isOdd ? 'READ COMMITTED' : undefined);
    await withinLimit(this.client, this.session.limitMs, begun);
  }

  /**
   * Work that was told to end, but does not end within the limit of a statement, is left alone and loses its
   * connection: the connection may have stopped responding, and holds locks that others wait for.
   */
  private async unlessLeft<Work>(work: Promise<Work>): Promise<Work> {
    let timer: NodeJS.Timeout | undefined;
    let end!: () => void;
    const left = new Promise<never>((_, leave) => {
      end = () => {
        timer = setTimeout(() => {
          giveUp(this.client);
          leave(this.signal.reason as Error);
        }, this.session.limitMs).unref();
      };
    });
    this.signal.addEventListener('abort', end);
    try {
      return await Promise.race([work, left]);
    } finally {
      this.signal.removeEventListener('abort', end);
      clearTimeout(timer);
    }
  }

  /** Checks that the work has neither hidden a failed statement nor ended the transaction. */
  private async requireOpen(): Promise<void> {
    const status = await this.session.status();
    if (status === 'E') throw new AbortedTransactionError();
    if (status === 'I' && !isLost(this.client)) throw new EndedTransactionError();
  }

  private async commit(): Promise<void> {
    await this.runner.broadcaster.broadcast('BeforeTransactionCommit'); // subscribers may still refuse
    await this.requireOpen();
    this.commitSent = true;
    const did = await this.session.command('COMMIT');
    if (did !== 'COMMIT') throw new AbortedTransactionError();
    this.noteEnd();
    await this.tell('AfterTransactionCommit');
  }

  private async rollback(): Promise<void> {
    if (!this.runner.isTransactionActive) return;
    await this.tell('BeforeTransactionRollback');
    if (!isLost(this.client) && this.client.getTransactionStatus() !== 'I') {
      // If it fails, the guard of the pool closes the connection, which rolls back, too. The first error is the one to
      // report.
      await this.session.command('ROLLBACK').catch(() => undefined);
    }
    this.noteEnd();
    await this.tell('AfterTransactionRollback');
  }

  /** Makes TypeORM and its subscribers see the transaction as ended. */
  private noteEnd(): void {
    Object.assign(this.runner, { isTransactionActive: false, transactionDepth: 0 });
  }

  /** Calls the host's subscribers after the end of the transaction, which they can no longer change. */
  private async tell(moment: Moment): Promise<void> {
    try {
      await this.runner.broadcaster.broadcast(moment);
    } catch (error) {
      this.logger.error(
        `A TypeORM subscriber of the application failed in its ${moment} hook; the transaction ends regardless.`,
        errorText(error),
      );
    }
  }
}
