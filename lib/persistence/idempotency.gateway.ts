import { Injectable } from '@nestjs/common';
import type { JsonValue } from '../workflow/json.js';
import { Database } from './database.js';

/** A request that must have its effect once, however often it comes. */
export interface IdempotentRequest {
  /** The user who asks; empty where nobody is known. */
  readonly caller: string;
  readonly key: string;
  readonly fingerprint: string;
}

/** What to do with it; see `sql/functions/take_idempotent_request.sql`. */
export type Taken =
  { readonly outcome: 'mine' | 'busy' | 'different' } | { readonly outcome: 'answered'; readonly answer: JsonValue };

/** Keeps how requests with an idempotency key were answered. */
@Injectable()
export class IdempotencyGateway {
  constructor(private readonly database: Database) {}

  take(request: IdempotentRequest, takenSeconds: number, keptSeconds: number): Promise<Taken> {
    const { caller, key, fingerprint } = request;
    return this.database.call('take_idempotent_request', [caller, key, fingerprint, takenSeconds, keptSeconds]);
  }

  async answer({ caller, key, fingerprint }: IdempotentRequest, answer: JsonValue): Promise<void> {
    await this.database.query(
      `update __schema__.idempotent_requests set answer = $4 where caller = $1 and key = $2 and fingerprint = $3`,
      [caller, key, fingerprint, JSON.stringify(answer)],
    );
  }

  /** It was refused, or failed: it may come again as if it had never come. */
  async forget({ caller, key, fingerprint }: IdempotentRequest): Promise<void> {
    await this.database.query(
      `delete from __schema__.idempotent_requests
       where caller = $1 and key = $2 and fingerprint = $3 and answer is null`,
      [caller, key, fingerprint],
    );
  }
}
