import { Catch, HttpException, Logger, type ExceptionFilter } from '@nestjs/common';
import { GraphQLError } from 'graphql';
import { TaskerError, type Problem } from '../workflow/tasker.error.js';

/** Gives errors the same `code` (and `problems`) in their extensions as REST gives them; nothing else leaks. */
@Catch()
export class GraphqlErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('TaskerGraphql');

  /** An error that is returned, and not thrown, becomes the error of the field. */
  catch(error: unknown): Error {
    // The host's own guards and interceptors speak through Nest, which knows how to translate that.
    if (error instanceof GraphQLError || error instanceof HttpException) return error;
    if (error instanceof TaskerError && error.isForCaller) return translated(error);
    this.logger.error(error);
    return new GraphQLError('Something went wrong on our side. The log of the server says more.', {
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    });
  }
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

/** A template knows the context alone; to the caller it is a field of the input. */
function pointingIntoInput({ code, problems }: TaskerError): readonly Problem[] {
  if (code !== 'TASKER_INVALID_CONTEXT') return problems;
  return problems.map(({ pointer, message }) => ({ pointer: `/context${pointer}`, message }));
}
