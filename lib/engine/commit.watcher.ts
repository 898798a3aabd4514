import { Injectable } from '@nestjs/common';
import type { EntityManager, EntitySubscriberInterface, QueryRunner, TransactionCommitEvent } from 'typeorm';
import { Database } from '../persistence/database.js';
import { ReadySignal } from './ready.signal.js';

/** Wakes workers when a transaction of the host's in which tasks were started has committed. */
@Injectable()
export class CommitWatcher implements EntitySubscriberInterface {
  private readonly expected = new WeakSet<QueryRunner>();
  private installed = false;

  constructor(
    private readonly database: Database,
    private readonly ready: ReadySignal,
  ) {}

  /** Tasks were started through this manager. */
  expect({ queryRunner }: EntityManager): void {
    if (!queryRunner?.isTransactionActive) {
      this.ready.tellAll(); // no transaction is open: the tasks are there already
      return;
    }
    this.install();
    this.expected.add(queryRunner);
  }

  afterTransactionCommit({ queryRunner }: TransactionCommitEvent): void {
    // A nested transaction ends with a commit of its own; the rows are there after the outermost.
    if (queryRunner.isTransactionActive || !this.expected.delete(queryRunner)) return;
    this.ready.tellAll();
  }

  private install(): void {
    if (this.installed) return;
    this.installed = true;
    this.database.dataSource.subscribers.push(this);
  }
}
