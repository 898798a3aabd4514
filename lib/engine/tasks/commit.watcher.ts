import { Injectable } from '@nestjs/common';
import type {
  EntityManager,
  EntitySubscriberInterface,
  QueryRunner,
  TransactionCommitEvent,
  TransactionRollbackEvent,
} from 'typeorm';
import { Database } from '../../persistence/database.js';

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
  private installed = false;

  constructor(private readonly database: Database) {}

  /** Calls `action` after the commit of the manager's transaction, and never after its rollback; at once when none is open. */
  afterCommit({ queryRunner }: EntityManager, action: CommitAction): void {
    if (!queryRunner?.isTransactionActive) {
      action(true);
      return;
    }
    this.install();
    const { actions, isWhole } = this.expected.get(queryRunner) ?? { actions: [], isWhole: true };
    this.expected.set(queryRunner, { actions: [...actions, action], isWhole });
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

  private install(): void {
    if (this.installed) return;
    this.installed = true;
    this.database.dataSource.subscribers.push(this);
  }
}
