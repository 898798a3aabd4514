import { TaskerError } from '../../workflow/tasker.error.js';
import type { QueryLimits } from './query.limits.js';

/** A GraphQL document, operation or answer is too large, too deep or too costly. */
export class QueryLimitError extends TaskerError {
  readonly code = 'TASKER_QUERY_LIMIT';
  override readonly httpStatus = 400;

  constructor(
    readonly limit: keyof QueryLimits,
    readonly asked: number,
    readonly allowed: number,
  ) {
    super(`The ${MEANING[limit]} of ${asked}, and ${allowed} is allowed (${limit}). ${REMEDY[limit]}`);
  }
}

const MEANING = {
  maxDepth: 'operation has a depth',
  maxCost: 'operation has a cost',
  maxIntrospections: 'operation has a number of introspections',
  maxDocumentBytes: 'document has a size in bytes',
  maxTokens: 'document has a number of tokens',
  maxDefinitions: 'document has a number of operations and fragments',
  maxAnswerBytes: 'answer has a size of its JSON in bytes',
} as const;
const REMEDY = {
  maxDepth: 'Nest fewer fields in each other.',
  maxCost: 'Ask for smaller pages (first, last), fewer fields, or fewer things at once.',
  maxIntrospections: 'Ask for the schema once, and for less of it.',
  maxDocumentBytes: 'Send values as variables.',
  maxTokens: 'Send values as variables, or ask for less at once.',
  maxDefinitions: 'Send the operation that is asked for, with its fragments.',
  maxAnswerBytes: 'Ask for fewer contexts and results at once, and for each one once.',
} as const;
