import { Injectable } from '@nestjs/common';
import type {
  DataSource,
  EntityManager,
  EntitySubscriberInterface,
  QueryRunner,
  TransactionCommitEvent,
  TransactionRollbackEvent,
} from 'typeorm';
import { dataSourceOf } from '../../persistence/data.source.js';
import { sessionOf } from '../../persistence/managed.session.js';
import { AbortedTransactionError } from '../../persistence/persistence.errors.js';

/** @param isWhole false if part of the transaction was rolled back, possibly with the rows that the action is about */
type CommitAction = (isWhole: boolean) => void;

interface Expectation {
  readonly actions: readonly CommitAction[];
  readonly isWhole: boolean;
}

/** Runs actions after the commit of a transaction of the host. */
@Injectable()
export class CommitWatcher implements EntitySubscriberInterface {
  private readonly expected = new WeakMap<QueryRunner, Expectation>();

  /**
   * Calls `action` after the commit of the manager's transaction, but not after a rollback. Without a transaction,
   * calls it at once.
   */
  async afterCommit(manager: EntityManager, action: CommitAction): Promise<void> {
    const { queryRunner } = manager;
    if (!queryRunner?.isTransactionActive) {
      // TypeORM does not report the end of a transaction that the host began with a plain statement.
      const session = await sessionOf(manager);
      action((await session?.status()) !== 'T');
      return;
    }
    this.subscribeTo(dataSourceOf(queryRunner));
    const { actions, isWhole } = this.expected.get(queryRunner) ?? { actions: [], isWhole: true };
    this.expected.set(queryRunner, { actions: [...actions, action], isWhole });
  }

  /**
   * Refuses the commit of an aborted transaction. PostgreSQL rolls it back, which TypeORM takes for success, and the
   * caller would keep the ids of tasks that do not exist.
   * @throws AbortedTransactionError
   */
  async beforeTransactionCommit({ queryRunner, manager }: TransactionCommitEvent): Promise<void> {
    if (!this.expected.has(queryRunner)) return;
    const session = await sessionOf(manager);
    if ((await session?.status()) === 'E') throw new AbortedTransactionError();
  }

  afterTransactionCommit({ queryRunner }: TransactionCommitEvent): void {
    // A nested transaction ends with its own commit, but the rows are stored only after the outermost commit.
    const expected = this.expected.get(queryRunner);
    if (!expected || queryRunner.isTransactionActive) return;
    this.expected.delete(queryRunner);
    for (const action of expected.actions) action(expected.isWhole);
  }

  /** After the rollback of a nested transaction, it is unknown which rows were rolled back with it. */
  afterTransactionRollback({ queryRunner }: TransactionRollbackEvent): void {
    const expected = this.expected.get(queryRunner);
    if (expected && queryRunner.isTransactionActive) this.expected.set(queryRunner, { ...expected, isWhole: false });
    else this.expected.delete(queryRunner);
  }

  /**
   * Subscribes on demand: the manager may belong to another data source, and initialising a data source again clears
   * its subscribers.
   */
  private subscribeTo({ subscribers }: DataSource): void {
    if (!subscribers.includes(this)) subscribers.push(this);
  }
}
