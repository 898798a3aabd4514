import { Injectable } from '@nestjs/common';
import type { JsonValue } from '../workflow/json.js';
import type { TaskState } from '../workflow/states.js';
import { Database } from './database.js';

/** An end of a task for which this process calls the task handler. */
export interface FinalHook {
  readonly id: string;
  readonly taskId: string;
  /** The state in which the task ended. */
  readonly state: Extract<TaskState, 'complete' | 'error' | 'cancelled' | 'resolved_manually'>;
  /** ISO 8601. */
  readonly endedAt: string;
  /** The number of the attempt, beginning with 1. */
  readonly attempt: number;
}

/** Calls the SQL functions for the ends of tasks, for which task handlers are called. */
@Injectable()
export class FinalHookGateway {
  constructor(private readonly database: Database) {}

  /** Claims ends of tasks. No other process gets them before the lease expires. */
  claim(namedTaskIds: readonly string[], limit: number, leaseSeconds: number): Promise<readonly FinalHook[]> {
    return this.database.call('claim_final_hooks', [namedTaskIds, limit, leaseSeconds]);
  }

  /** Stores the annotations. Returns false, without storing them, if another claim came after this one. */
  finish(
    { id, attempt }: FinalHook,
    annotations: readonly { readonly type: string; readonly annotation: JsonValue }[],
  ): Promise<boolean> {
    return this.database.call('finish_final_hook', [id, attempt, JSON.stringify(annotations)]);
  }

  /** @param afterSeconds null to give up; the row then stays with its error */
  postpone({ id, attempt }: FinalHook, error: string, afterSeconds: number | null): Promise<boolean> {
    return this.database.call('postpone_final_hook', [id, attempt, error, afterSeconds]);
  }

  /** Hands the claim back at once, without counting the attempt. Returns whether this process still held it. */
  release({ id, attempt }: FinalHook): Promise<boolean> {
    return this.database.call('release_final_hook', [id, attempt]);
  }
}
