import { ServerResponse } from 'node:http';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { CORRELATION_HEADER, correlationIdOf } from '../../auth/correlation.js';

/** Adds the id of the request to the answer, also if the operations are part of the host's API. */
@Injectable()
export class GraphqlCorrelationInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    nameAnswer(context.getArgByIndex<{ readonly req?: unknown } | undefined>(2)?.req);
    return next.handle();
  }
}

/**
 * Gives the request an id, and adds the header on Express, where the request has its answer. On Fastify, a hook adds
 * it.
 */
export function nameAnswer(request: unknown): void {
  if (typeof request !== 'object' || request === null) return;
  const id = correlationIdOf(request);
  const { res } = request as { readonly res?: unknown };
  if (res instanceof ServerResponse && !res.headersSent) res.setHeader(CORRELATION_HEADER, id);
}
