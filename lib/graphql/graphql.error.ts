import { HttpException, Logger } from '@nestjs/common';
import { GraphQLError } from 'graphql';
import { correlationIdOf } from '../auth/correlation.js';
import { outageOf } from '../insight/database.outage.js';
import { errorText } from '../workflow/error.text.js';
import { TaskerError, type Problem } from '../workflow/tasker.error.js';

const logger = new Logger('TaskerGraphql');

/**
 * The error for the caller: with the same `code` and `problems` as in REST, and without internal details.
 * @param request the request whose id the error and the log have; any other value than an object has none
 */
export function graphqlErrorOf(error: unknown, request: unknown): Error {
  // Errors of the host's own guards and interceptors are translated by Nest.
  if (error instanceof GraphQLError || error instanceof HttpException) return error;
  const correlationId = typeof request === 'object' && request !== null ? correlationIdOf(request) : null;
  const named = correlationId === null ? 'a request' : `request ${correlationId}`;
  const outage = outageOf(error);
  if (outage) {
    logger.warn(`Refused ${named}: ${outage.reason}.`);
    return translated(outage, correlationId);
  }
  if (error instanceof TaskerError && error.isForCaller) return translated(error, correlationId);
  logger.error(`Failed to answer ${named}.`, errorText(error));
  return new GraphQLError('The server failed to answer the request. Its log has the details.', {
    extensions: { code: 'INTERNAL_SERVER_ERROR', ...(correlationId !== null && { correlationId }) },
  });
}

/** Problems of a context point into the context, which is a field of the input for the caller. */
export function pointingIntoInput({ code, problems }: TaskerError): readonly Problem[] {
  if (code !== 'TASKER_INVALID_CONTEXT') return problems;
  return problems.map(({ pointer, message }) => ({ pointer: `/context${pointer}`, message }));
}

function translated(error: TaskerError, correlationId: string | null): GraphQLError {
  const problems = pointingIntoInput(error);
  return new GraphQLError(error.message, {
    extensions: {
      code: error.code,
      ...(problems.length > 0 && { problems }),
      ...(error.retryAfterSeconds !== null && { retryAfterSeconds: error.retryAfterSeconds }),
      ...(correlationId !== null && { correlationId }),
    },
  });
}
