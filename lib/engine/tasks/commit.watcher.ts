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

/** @param isWhole false when part of the transaction was rolled back: what the action stands for may have gone with it */
type CommitAction = (isWhole: boolean) => void;

interface Expectation {
  readonly actions: readonly CommitAction[];
  readonly isWhole: boolean;
}

/** Does what has to wait until a transaction of the host's has committed. */
@Injectable()
export class CommitWatcher implements EntitySubscriberInterface {
  private readonly expected = new WeakMap<QueryRunner, Expectation>();

  /** Calls `action` after the commit of the manager's transaction, and never after its rollback; at once when none is open. */
  async afterCommit(manager: EntityManager, action: CommitAction): Promise<void> {
    const { queryRunner } = manager;
    if (!queryRunner?.isTransactionActive) {
      // A transaction that was begun by a statement of the host's ends without anybody being told.
      const session = await sessionOf(manager);
      action((await session?.status()) !== 'T');
      return;
    }
    this.subscribeTo(dataSourceOf(queryRunner));
    const { actions, isWhole } = this.expected.get(queryRunner) ?? { actions: [], isWhole: true };
    this.expected.set(queryRunner, { actions: [...actions, action], isWhole });
  }

  /**
   * Refuses the commit of an aborted transaction: TypeORM takes its rollback for success, and the caller would keep ids of
   * tasks that do not exist.
   * @throws AbortedTransactionError
   */
  async beforeTransactionCommit({ queryRunner, manager }: TransactionCommitEvent): Promise<void> {
    if (!this.expected.has(queryRunner)) return;
    const session = await sessionOf(manager);
    if ((await session?.status()) === 'E') throw new AbortedTransactionError();
  }

  afterTransactionCommit({ queryRunner }: TransactionCommitEvent): void {
    // A nested transaction ends with a commit of its own; the rows are there after the outermost.
    const expected = this.expected.get(queryRunner);
    if (!expected || queryRunner.isTransactionActive) return;
    this.expected.delete(queryRunner);
    for (const action of expected.actions) action(expected.isWhole);
  }

  /** Of a nested transaction nobody can tell which rows went with it. */
  afterTransactionRollback({ queryRunner }: TransactionRollbackEvent): void {
    const expected = this.expected.get(queryRunner);
    if (expected && queryRunner.isTransactionActive) this.expected.set(queryRunner, { ...expected, isWhole: false });
    else this.expected.delete(queryRunner);
  }

  /** The manager may be of another data source than ours, on the same database; and one that is initialised again forgets. */
  private subscribeTo({ subscribers }: DataSource): void {
    if (!subscribers.includes(this)) subscribers.push(this);
  }
}
