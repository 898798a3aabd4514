import { STATUS_CODES } from 'node:http';
import { HttpException, HttpStatus } from '@nestjs/common';
import { TaskerError, type Problem } from '../workflow/tasker.error.js';

/** The body of every error answer: a problem document (RFC 9457) with a stable `code` and a list of the problems. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** A stable code for programs: `TASKER_…`, or the name of the HTTP status. */
  readonly code: string;
  /** The requested path. */
  readonly instance: string;
  /** The problems of the request, each with a JSON pointer to its place. */
  readonly problems?: readonly Problem[];
  /** The state of the task or step, if it does not permit the action. */
  readonly currentState?: string;
  /** The actions that the state permits. */
  readonly permittedActions?: readonly string[];
  /** The id of the request in the server's log; also in the header `X-Correlation-ID`. */
  readonly correlationId?: string;
}

/** Makes the document for an error, with the details that the caller may know. */
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

/** Problems of a context point into the context, which is a field of the body for the caller. */
function pointingIntoBody({ code, problems }: TaskerError): readonly Problem[] {
  if (code !== 'TASKER_INVALID_CONTEXT') return problems;
  return problems.map(({ pointer, message }) => ({ pointer: `/context${pointer}`, message }));
}

function ofStatus(status: number, detail: string, instance: string): ProblemDocument {
  const code = (HttpStatus as Readonly<Record<number, string | undefined>>)[status] ?? `HTTP_${status}`;
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, code, instance };
}

/**
 * The status of an error that Express's body parser or Fastify throws before a controller is called: a body that is not
 * JSON, or too large. Adapters convert most of these to an HttpException, but older ones do not.
 */
function callersFault(error: unknown): number | null {
  if (!(error instanceof Error)) return null;
  const { statusCode, expose, code } = error as { statusCode?: unknown; expose?: unknown; code?: unknown };
  const isMeantForCaller = expose === true || (typeof code === 'string' && code.startsWith('FST_'));
  return isMeantForCaller && typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
    ? statusCode
    : null;
}

/** Converts `UnknownTemplateError` to `Unknown template`. */
function inWords(className: string): string {
  const words = className.replace(/Error$/, '').split(/(?=[A-Z])/);
  return words.map((word, index) => (index === 0 ? word : word.toLowerCase())).join(' ');
}
