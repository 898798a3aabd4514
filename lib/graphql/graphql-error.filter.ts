import { Catch, type ExceptionFilter } from '@nestjs/common';
import { graphqlErrorOf } from './graphql.error.js';

/** Translates what queries and mutations throw. */
@Catch()
export class GraphqlErrorFilter implements ExceptionFilter {
  /** An error that is returned, and not thrown, becomes the error of the field. */
  catch(error: unknown): Error {
    return graphqlErrorOf(error);
  }
}
