import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { graphqlErrorOf } from './graphql.error.js';
import { nameAnswer } from './http/correlation.interceptor.js';

/** Translates errors of queries and mutations. */
@Catch()
export class GraphqlErrorFilter implements ExceptionFilter {
  /** The returned error becomes the error of the field. */
  catch(error: unknown, host: ArgumentsHost): Error {
    const request = host.getArgByIndex<{ readonly req?: unknown } | undefined>(2)?.req;
    nameAnswer(request);
    return graphqlErrorOf(error, request);
  }
}
