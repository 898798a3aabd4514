import { HttpException, Logger } from '@nestjs/common';
import { GraphQLError } from 'graphql';
import { outageOf } from '../insight/database.outage.js';
import { errorText } from '../workflow/error.text.js';
import { TaskerError, type Problem } from '../workflow/tasker.error.js';

const logger = new Logger('TaskerGraphql');

/** An error as the caller may see it: with the `code` (and `problems`) that REST gives it; nothing else leaks. */
export function graphqlErrorOf(error: unknown): Error {
  // The host's own guards and interceptors speak through Nest, which knows how to translate that.
  if (error instanceof GraphQLError || error instanceof HttpException) return error;
  if (error instanceof TaskerError && error.isForCaller) return translated(error);
  const outage = outageOf(error);
  if (outage) {
    logger.warn(`Refused a request: ${outage.reason}.`);
    return translated(outage);
  }
  logger.error('A request failed.', errorText(error));
  return new GraphQLError('The server failed to answer the request. Its log has the details.', {
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  });
}

/** A template knows the context alone; to the caller it is a field of the input. */
export function pointingIntoInput({ code, problems }: TaskerError): readonly Problem[] {
  if (code !== 'TASKER_INVALID_CONTEXT') return problems;
  return problems.map(({ pointer, message }) => ({ pointer: `/context${pointer}`, message }));
}

function translated(error: TaskerError): GraphQLError {
  const problems = pointingIntoInput(error);
  return new GraphQLError(error.message, {
    extensions: {
      code: error.code,
      ...(problems.length > 0 && { problems }),
      ...(error.retryAfterSeconds !== null && { retryAfterSeconds: error.retryAfterSeconds }),
    },
  });
}
