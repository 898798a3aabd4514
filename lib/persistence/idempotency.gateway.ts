import { Injectable } from '@nestjs/common';
import type { JsonValue } from '../workflow/json.js';
import { Database } from './database.js';

/** A request that must have its effect only once, even if it is repeated. */
export interface IdempotentRequest {
  /** The user; empty if unknown. */
  readonly caller: string;
  readonly key: string;
  readonly fingerprint: string;
}

/** What to do with a request; see `sql/functions/take_idempotent_request.sql`. */
export type Taken =
  { readonly outcome: 'mine' | 'busy' | 'different' } | { readonly outcome: 'answered'; readonly answer: JsonValue };

/** Stores the answers to requests with an idempotency key. */
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

  /** Forgets a request that was refused or failed, so that it can be repeated. */
  async forget({ caller, key, fingerprint }: IdempotentRequest): Promise<void> {
    await this.database.query(
      `delete from __schema__.idempotent_requests
       where caller = $1 and key = $2 and fingerprint = $3 and answer is null`,
      [caller, key, fingerprint],
    );
  }
}
