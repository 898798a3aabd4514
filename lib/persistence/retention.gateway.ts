import { Injectable } from '@nestjs/common';
import { Database, LONG_MS } from './database.js';

/** What one batch of a sweep did. */
export interface RetentionAnswer {
  readonly removed: number;
  /** Where the next batch goes on. */
  readonly lastId: string;
  /** Nothing older is left to look at. */
  readonly isEnd: boolean;
}

/** Speaks the function that removes finished tasks. */
@Injectable()
export class RetentionGateway {
  constructor(private readonly database: Database) {}

  removeFinished(afterSeconds: number, afterId: string, limit: number, archive: boolean): Promise<RetentionAnswer> {
    return this.database.call('remove_finished_tasks', [afterSeconds, afterId, limit, archive], undefined, LONG_MS);
  }
}
