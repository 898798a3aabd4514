import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { HttpAdapterHost, type AbstractHttpAdapter } from '@nestjs/core';
import type { Observable } from 'rxjs';
import { CORRELATION_HEADER, correlationIdOf } from '../auth/correlation.js';
import { quotaHeaders } from '../rate-limits/quota.js';
import { rememberAdapter } from './route.call.js';

export const CACHING = 'Cache-Control';
/** For the caller alone: no shared cache keeps the answer, and a browser asks again before it uses one. */
const FOR_THE_CALLER = 'private, no-cache';

/**
 * Sets the headers that every answer has: the id of the request, that a browser must not take it for a page, and what is
 * left of a limit.
 */
export function setAnswerHeaders(http: AbstractHttpAdapter, response: unknown, request: object): void {
  http.setHeader(response, CORRELATION_HEADER, correlationIdOf(request));
  http.setHeader(response, 'X-Content-Type-Options', 'nosniff');
  for (const [name, value] of Object.entries(quotaHeaders(request))) http.setHeader(response, name, value);
}

/** Sets the headers of answers, and prepares the `RouteCall`. */
@Injectable()
export class AnswerHeaders implements NestInterceptor {
  constructor(private readonly host: HttpAdapterHost) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const [request, response] = context.getArgs<[object, unknown]>();
    const { httpAdapter } = this.host;
    rememberAdapter(request, httpAdapter);
    setAnswerHeaders(httpAdapter, response, request);
    const isSet = httpAdapter.getHeader(response, CACHING) as unknown; // by @Header, which Nest heeds first
    if (!isSet) httpAdapter.setHeader(response, CACHING, FOR_THE_CALLER);
    return next.handle();
  }
}
