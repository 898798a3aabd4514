import { ServerResponse } from 'node:http';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { CORRELATION_HEADER, correlationIdOf } from '../../api/correlation.js';

/** Tells the caller which id the request has, also if our operations are part of the API of a host. */
@Injectable()
export class GraphqlCorrelationInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    nameAnswer(context.getArgByIndex<{ readonly req?: unknown } | undefined>(2)?.req);
    return next.handle();
  }
}

/** Gives the request an id. Express leads from a request to its answer; on Fastify a hook adds the header. */
export function nameAnswer(request: unknown): void {
  if (typeof request !== 'object' || request === null) return;
  const id = correlationIdOf(request);
  const { res } = request as { readonly res?: unknown };
  if (res instanceof ServerResponse && !res.headersSent) res.setHeader(CORRELATION_HEADER, id);
}
