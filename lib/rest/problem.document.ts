import { STATUS_CODES } from 'node:http';
import { HttpException, HttpStatus } from '@nestjs/common';
import { TaskerError, type Problem } from '../workflow/tasker.error.js';

/** The body of every answer that is an error: RFC 9457, with a stable `code` and the single faults. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Stable and meant for programs: `TASKER_…`, or the name of the HTTP status. */
  readonly code: string;
  /** The path that was asked for. */
  readonly instance: string;
  /** Each fault of the request body, by its JSON pointer. */
  readonly problems?: readonly Problem[];
  /** Of the task or step, where its state does not permit the action. */
  readonly currentState?: string;
  /** What that state permits instead. */
  readonly permittedActions?: readonly string[];
  /** By which the log of the server has the request; also in the header `X-Correlation-ID`. */
  readonly correlationId?: string;
}

/** Says what went wrong as far as the caller may know. */
export function problemDocument(error: unknown, instance: string): ProblemDocument {
  if (error instanceof TaskerError && error.isForCaller) return ofRequest(error, instance);
  if (error instanceof HttpException) return ofStatus(error.getStatus(), error.message, instance);
  const status = callersFault(error);
  if (status !== null) return ofStatus(status, (error as Error).message, instance);
  return ofStatus(500, 'The server failed to answer the request. Its log has the details.', instance);
}

function ofRequest(error: TaskerError, instance: string): ProblemDocument {
  const problems = pointingIntoBody(error);
  return {
    type: `urn:nestjs-tasker:${error.code}`,
    title: inWords(error.name),
    status: error.httpStatus,
    detail: error.message,
    code: error.code,
    instance,
    ...(problems.length > 0 && { problems }),
    ...error.facts,
  };
}

/** A template knows the context alone; to the caller it is a field of the body. */
function pointingIntoBody({ code, problems }: TaskerError): readonly Problem[] {
  if (code !== 'TASKER_INVALID_CONTEXT') return problems;
  return problems.map(({ pointer, message }) => ({ pointer: `/context${pointer}`, message }));
}

function ofStatus(status: number, detail: string, instance: string): ProblemDocument {
  const code = (HttpStatus as Readonly<Record<number, string | undefined>>)[status] ?? `HTTP_${status}`;
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, code, instance };
}

/**
 * What Express's body parser and Fastify throw before a controller is reached: a body that is no JSON, or too large.
 * Adapters turn most of it into an HttpException; older ones do not.
 */
function callersFault(error: unknown): number | null {
  if (!(error instanceof Error)) return null;
  const { statusCode, expose, code } = error as { statusCode?: unknown; expose?: unknown; code?: unknown };
  const isMeantForCaller = expose === true || (typeof code === 'string' && code.startsWith('FST_'));
  return isMeantForCaller && typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
    ? statusCode
    : null;
}

/** `UnknownTemplateError` is `Unknown template`. */
function inWords(className: string): string {
  const words = className.replace(/Error$/, '').split(/(?=[A-Z])/);
  return words.map((word, index) => (index === 0 ? word : word.toLowerCase())).join(' ');
}
