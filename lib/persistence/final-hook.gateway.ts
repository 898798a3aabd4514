import { Injectable } from '@nestjs/common';
import type { JsonValue } from '../workflow/json.js';
import type { TaskState } from '../workflow/states.js';
import { Database } from './database.js';

/** An end of a task that this process is to tell its task handler of. */
export interface FinalHook {
  readonly id: string;
  readonly taskId: string;
  /** How the task ended. */
  readonly state: Extract<TaskState, 'complete' | 'error' | 'cancelled' | 'resolved_manually'>;
  /** ISO 8601. */
  readonly endedAt: string;
  /** 1 for the first. */
  readonly attempt: number;
}

/** Speaks the functions about ends of tasks that task handlers are told of. */
@Injectable()
export class FinalHookGateway {
  constructor(private readonly database: Database) {}

  /** Nobody else gets them before the lease is over. */
  claim(namedTaskIds: readonly string[], limit: number, leaseSeconds: number): Promise<readonly FinalHook[]> {
    return this.database.call('claim_final_hooks', [namedTaskIds, limit, leaseSeconds]);
  }

  /** Answers whether they were stored: not when another claim came after this one. */
  finish(
    { id, attempt }: FinalHook,
    annotations: readonly { readonly type: string; readonly annotation: JsonValue }[],
  ): Promise<boolean> {
    return this.database.call('finish_final_hook', [id, attempt, JSON.stringify(annotations)]);
  }

  /** @param afterSeconds null: it is given up, and stays with its error */
  postpone({ id, attempt }: FinalHook, error: string, afterSeconds: number | null): Promise<boolean> {
    return this.database.call('postpone_final_hook', [id, attempt, error, afterSeconds]);
  }

  /** Hands it back at once, with this attempt not counted; answers whether it was still this process's. */
  release({ id, attempt }: FinalHook): Promise<boolean> {
    return this.database.call('release_final_hook', [id, attempt]);
  }
}
