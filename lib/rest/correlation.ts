import { randomUUID } from 'node:crypto';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Observable } from 'rxjs';

export const CORRELATION_HEADER = 'X-Correlation-ID';

/** What is safe in a header and in a log line. */
const ACCEPTABLE = /^[\w.:/+=@-]{1,128}$/;

const ids = new WeakMap<object, string>();

/** By what a request is found in the logs of all who handled it: what the caller says, else a new UUID. */
export function correlationIdOf(request: object): string {
  const known = ids.get(request);
  if (known !== undefined) return known;
  const { headers = {} } = request as { headers?: Readonly<Record<string, unknown>> };
  const given = headers[CORRELATION_HEADER.toLowerCase()];
  const id = typeof given === 'string' && ACCEPTABLE.test(given) ? given : randomUUID();
  ids.set(request, id);
  return id;
}

/** Tells the caller by what the request is found. */
@Injectable()
export class CorrelationInterceptor implements NestInterceptor {
  constructor(private readonly host: HttpAdapterHost) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const [request, response] = context.getArgs<[object, unknown]>();
    this.host.httpAdapter.setHeader(response, CORRELATION_HEADER, correlationIdOf(request));
    return next.handle();
  }
}
