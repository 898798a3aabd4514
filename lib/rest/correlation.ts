import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Observable } from 'rxjs';
import { CORRELATION_HEADER, correlationIdOf } from '../api/correlation.js';
import { rememberAdapter } from './route.call.js';

/** Adds the id of the request to the answer, and prepares the `RouteCall`. */
@Injectable()
export class CorrelationInterceptor implements NestInterceptor {
  constructor(private readonly host: HttpAdapterHost) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const [request, response] = context.getArgs<[object, unknown]>();
    const { httpAdapter } = this.host;
    rememberAdapter(request, httpAdapter);
    httpAdapter.setHeader(response, CORRELATION_HEADER, correlationIdOf(request));
    return next.handle();
  }
}
