import { Injectable } from '@nestjs/common';
import { Database, LONG_MS } from './database.js';

/** What one batch of a sweep did. */
export interface RetentionAnswer {
  readonly removed: number;
  /** Ids of tasks that stay, as their document would have more than `database.maxReadBytes`. */
  readonly tooLarge: readonly string[];
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
    const parameters = [afterSeconds, afterId, limit, archive, this.database.maxReadBytes];
    return this.database.call('remove_finished_tasks', parameters, undefined, LONG_MS);
  }
}
