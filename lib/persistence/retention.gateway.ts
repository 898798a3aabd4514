import { Injectable } from '@nestjs/common';
import { Database, LONG_MS } from './database.js';

/** The result of one batch of a sweep. */
export interface RetentionAnswer {
  readonly removed: number;
  /** The ids of tasks that were kept, because their document would be larger than `database.maxReadBytes`. */
  readonly tooLarge: readonly string[];
  /** The id after which the next batch continues. */
  readonly lastId: string;
  /** True if there are no more old tasks to check. */
  readonly isEnd: boolean;
}

/** Calls the SQL function that removes finished tasks. */
@Injectable()
export class RetentionGateway {
  constructor(private readonly database: Database) {}

  removeFinished(afterSeconds: number, afterId: string, limit: number, archive: boolean): Promise<RetentionAnswer> {
    const parameters = [afterSeconds, afterId, limit, archive, this.database.maxReadBytes];
    return this.database.call('remove_finished_tasks', parameters, undefined, LONG_MS);
  }
}
