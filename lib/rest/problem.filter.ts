import type { IncomingMessage } from 'node:http';
import {
  BadRequestException,
  Catch,
  HttpException,
  Logger,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { correlationIdOf } from '../auth/correlation.js';
import { UnauthenticatedError } from '../auth/auth.errors.js';
import { targetOf } from '../auth/request.target.js';
import { outageOf } from '../insight/database.outage.js';
import { errorText } from '../workflow/error.text.js';
import { OutageError } from '../workflow/outage.error.js';
import { TaskerError } from '../workflow/tasker.error.js';
import { CACHING, setAnswerHeaders } from './answer.headers.js';
import { mediaTypeError, type TypedRequest } from './media-type.guard.js';
import { problemDocument } from './problem.document.js';

const UNSUPPORTED_MEDIA_TYPE = 415;

/** Answers all errors of the package's controllers with `application/problem+json`, and logs internal ones. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('TaskerRest');

  constructor(private readonly host: HttpAdapterHost) {}

  catch(thrown: unknown, context: ArgumentsHost): void {
    const { httpAdapter } = this.host;
    const [request, response] = context.getArgs<[TypedRequest, unknown]>();
    const error = inOurWords(thrown, request);
    const { path } = targetOf(httpAdapter, request);
    const correlationId = correlationIdOf(request);
    const document = { ...problemDocument(error, path), correlationId };
    if (error instanceof OutageError) this.logger.warn(`Refused request ${correlationId}: ${error.reason}.`);
    else if (document.status >= 500 && !isForCaller(thrown))
      this.logger.error(`Request ${correlationId} failed.`, errorText(thrown));
    if (httpAdapter.isHeadersSent(response)) {
      httpAdapter.end(response);
      return;
    }
    setAnswerHeaders(httpAdapter, response, request);
    httpAdapter.setHeader(response, CACHING, 'no-store');
    httpAdapter.setHeader(response, 'Content-Type', 'application/problem+json');
    if (error instanceof UnauthenticatedError) httpAdapter.setHeader(response, 'WWW-Authenticate', error.scheme);
    if (error instanceof TaskerError && error.retryAfterSeconds !== null) {
      httpAdapter.setHeader(response, 'Retry-After', String(error.retryAfterSeconds));
    }
    // As text: for some objects with this type, Nest's adapters answer `application/json`.
    httpAdapter.reply(response, JSON.stringify(document), document.status);
  }
}

/**
 * Converts errors. A client that disconnected during its body, which Fastify reports as an error of the connection, is
 * not an internal error. Refusals of Fastify before a controller is called become the error of the guard, and a
 * driver's error about a lost database becomes an error of the package.
 */
function inOurWords(thrown: unknown, request: TypedRequest): unknown {
  if (hasLeft(request)) return new BadRequestException('The client disconnected before the whole body arrived.');
  const isAboutType = thrown instanceof HttpException && thrown.getStatus() === UNSUPPORTED_MEDIA_TYPE;
  return (isAboutType ? mediaTypeError(request) : outageOf(thrown)) ?? thrown;
}

/** On Fastify, Node's request is a field of the request. */
function hasLeft(request: object): boolean {
  const { raw = request } = request as { readonly raw?: object };
  const { complete, destroyed } = raw as Partial<Pick<IncomingMessage, 'complete' | 'destroyed'>>;
  return complete === false && destroyed === true;
}

/** Refusing a request because of load is not an internal error. */
function isForCaller(error: unknown): boolean {
  return error instanceof TaskerError && error.isForCaller;
}
