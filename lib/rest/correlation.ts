import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Observable } from 'rxjs';
import { CORRELATION_HEADER, correlationIdOf } from '../api/correlation.js';

/** Adds the id of the request to the answer. */
@Injectable()
export class CorrelationInterceptor implements NestInterceptor {
  constructor(private readonly host: HttpAdapterHost) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const [request, response] = context.getArgs<[object, unknown]>();
    this.host.httpAdapter.setHeader(response, CORRELATION_HEADER, correlationIdOf(request));
    return next.handle();
  }
}
