import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/** The longest message: errors may quote long parts of the request. */
const LONGEST_MESSAGE = 1_000;
const MOST_ERRORS = 20;

/** Keeps the first errors of an answer, and shortens their messages. */
export function shortened(errors: readonly (GraphQLError | GraphQLFormattedError)[]): GraphQLFormattedError[] {
  const left = errors.length - MOST_ERRORS;
  const first = errors.slice(0, MOST_ERRORS).map(shortenedOne);
  return left > 0 ? [...first, { message: `There are ${left} more errors.` }] : first;
}

function shortenedOne(error: GraphQLError | GraphQLFormattedError): GraphQLFormattedError {
  const formatted = error instanceof GraphQLError ? error.toJSON() : error;
  const { message } = formatted;
  if (message.length <= LONGEST_MESSAGE) return formatted;
  return { ...formatted, message: `${message.slice(0, LONGEST_MESSAGE)} … (${message.length} characters)` };
}
