import { createHash } from 'node:crypto';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { targetOf } from '../auth/request.target.js';
import { IdempotentRequests, type IdempotentRequest } from '../engine/idempotent.requests.js';
import type { JsonValue } from '../workflow/json.js';
import { IDEMPOTENCY_HEADER, idempotencyKeyOf } from './idempotency.key.js';
import { InvalidHeaderError } from './rest.errors.js';
import { describedRouteOf } from './route.decorator.js';

const REPLAYED = 'Idempotency-Replayed';

interface Request {
  readonly method: string;
  readonly body?: unknown;
}

/** The parts that responses of Express and Fastify have in common. */
interface Response {
  readonly statusCode: number;
  getHeader(name: string): unknown;
}

interface KeptAnswer {
  readonly status: number;
  readonly location: string | null;
  readonly body: JsonValue;
}

/** Carries out a POST with the header `Idempotency-Key` once, and repeats the first answer for each repetition. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly requests: IdempotentRequests,
    private readonly host: HttpAdapterHost,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const [request, response] = context.getArgs<[Request, Response]>();
    if (request.method !== 'POST' || idempotencyKeyOf(request) === null) return next.handle();
    if (describedRouteOf(context.getHandler())?.operation.answersSecret)
      throw new InvalidHeaderError(
        IDEMPOTENCY_HEADER,
        'is not supported here, because the secret in the answer is not stored',
      );
    return from(this.answer(request, response, next));
  }

  private async answer(request: Request, response: Response, next: CallHandler): Promise<unknown> {
    const { answer, replayed } = await this.requests.once(this.identify(request), async () => {
      const body = (await lastValueFrom(next.handle())) as JsonValue;
      return { status: response.statusCode, location: locationOf(response), body } satisfies KeptAnswer;
    });
    if (!replayed) return answer.body;
    const { httpAdapter } = this.host;
    httpAdapter.setHeader(response, REPLAYED, 'true');
    if (answer.location !== null) httpAdapter.setHeader(response, 'Location', answer.location);
    httpAdapter.status(response, answer.status);
    return answer.body;
  }

  private identify(request: Request): IdempotentRequest {
    const { path, query } = targetOf(this.host.httpAdapter, request);
    const text = JSON.stringify([request.method, path, query, request.body ?? null]);
    return { ...idempotencyKeyOf(request)!, fingerprint: createHash('sha256').update(text).digest('hex') };
  }
}

function locationOf(response: Response): string | null {
  const location = response.getHeader('location');
  return typeof location === 'string' ? location : null;
}
