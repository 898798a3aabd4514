import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { TaskerError } from '../workflow/tasker.error.js';
import { CORRELATION_HEADER, correlationIdOf } from './correlation.js';
import { problemDocument } from './problem.document.js';

/** Answers every error of our controllers with `application/problem+json`, and logs those that are our fault. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('TaskerRest');

  constructor(private readonly host: HttpAdapterHost) {}

  catch(error: unknown, context: ArgumentsHost): void {
    const { httpAdapter } = this.host;
    const [request, response] = context.getArgs<[object, unknown]>();
    const [path = ''] = String(httpAdapter.getRequestUrl(request)).split('?');
    const correlationId = correlationIdOf(request);
    const document = { ...problemDocument(error, path), correlationId };
    if (document.status >= 500 && !isForCaller(error)) this.logger.error(`Request ${correlationId} failed.`, error);
    if (httpAdapter.isHeadersSent(response)) {
      httpAdapter.end(response);
      return;
    }
    httpAdapter.setHeader(response, CORRELATION_HEADER, correlationId);
    httpAdapter.setHeader(response, 'Content-Type', 'application/problem+json');
    if (error instanceof TaskerError && error.retryAfterSeconds !== null) {
      httpAdapter.setHeader(response, 'Retry-After', String(error.retryAfterSeconds));
    }
    httpAdapter.reply(response, document, document.status);
  }
}

/** Being too busy for a request is no failure. */
function isForCaller(error: unknown): boolean {
  return error instanceof TaskerError && error.isForCaller;
}
