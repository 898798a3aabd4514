import { GraphQLError, type ASTNode } from 'graphql';
import { QueryLimitError } from './query-limit.error.js';

/** The error of a check; null if it did not refuse. */
export function refusalOf(check: () => void): QueryLimitError | null {
  try {
    check();
    return null;
  } catch (error) {
    if (error instanceof QueryLimitError) return error;
    throw error;
  }
}

/** Converts a refusal to an error of the document. */
export function refusedAs(refusal: QueryLimitError, nodes?: ASTNode): GraphQLError {
  const { message, code, limit, asked, allowed } = refusal;
  const extensions = { code, limit, asked, allowed };
  return new GraphQLError(message, { ...(nodes && { nodes }), originalError: refusal, extensions });
}
