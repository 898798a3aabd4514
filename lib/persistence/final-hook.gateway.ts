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
    return this.call('claim_final_hooks($1, $2, $3)', namedTaskIds, limit, leaseSeconds);
  }

  /** Answers whether they were stored: not when another claim came after this one. */
  finish(
    { id, attempt }: FinalHook,
    annotations: readonly { readonly type: string; readonly annotation: JsonValue }[],
  ): Promise<boolean> {
    return this.call('finish_final_hook($1, $2, $3)', id, attempt, JSON.stringify(annotations));
  }

  /** @param afterSeconds null: it is given up, and stays with its error */
  postpone({ id, attempt }: FinalHook, error: string, afterSeconds: number | null): Promise<boolean> {
    return this.call('postpone_final_hook($1, $2, $3, $4)', id, attempt, error, afterSeconds);
  }

  private async call<Answer>(call: string, ...parameters: readonly unknown[]): Promise<Answer> {
    const [row] = await this.database.query<{ answer: Answer }>(`select __schema__.${call} as answer`, parameters);
    return row!.answer;
  }
}
