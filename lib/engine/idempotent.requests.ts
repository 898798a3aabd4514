import { Injectable } from '@nestjs/common';
import { IdempotencyGateway, type IdempotentRequest } from '../persistence/idempotency.gateway.js';
import type { JsonValue } from '../workflow/json.js';
import { REQUEST_KEY_SECONDS } from './tasks/task.identity.js';
import { IdempotencyKeyReusedError, RequestInProgressError } from './engine.errors.js';

/** A request without an answer counts as in progress for this time, which is longer than any request takes. */
const TAKEN_SECONDS = 60;

export type { IdempotentRequest } from '../persistence/idempotency.gateway.js';

/** The answer to a request, and whether it comes from an earlier call. */
export interface IdempotentAnswer<Answer> {
  readonly answer: Answer;
  readonly replayed: boolean;
}

/** Carries out requests with an idempotency key once per key, and keeps the answer for a day. */
@Injectable()
export class IdempotentRequests {
  constructor(private readonly gateway: IdempotencyGateway) {}

  /**
   * Calls `work`, or returns the answer of the first call. If `work` throws, the request is forgotten and may be
   * repeated.
   *
   * @throws RequestInProgressError, IdempotencyKeyReusedError, or what `work` throws
   */
  async once<Answer extends JsonValue>(
    request: IdempotentRequest,
    work: () => Promise<Answer>,
  ): Promise<IdempotentAnswer<Answer>> {
    const taken = await this.gateway.take(request, TAKEN_SECONDS, REQUEST_KEY_SECONDS);
    if (taken.outcome === 'answered') return { answer: taken.answer as Answer, replayed: true };
    if (taken.outcome === 'busy') throw new RequestInProgressError(request.key);
    if (taken.outcome === 'different') throw new IdempotencyKeyReusedError(request.key);
    let answer: Answer;
    try {
      answer = await work();
    } catch (error) {
      // If this fails too, the request counts as in progress for a while. The first error is the one to report.
      await this.gateway.forget(request).catch(() => undefined);
      throw error;
    }
    await this.gateway.answer(request, answer);
    return { answer, replayed: false };
  }
}
