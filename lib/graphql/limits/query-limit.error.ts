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
    super(`The ${MEANING[limit]} of ${asked}, and at most ${allowed} is allowed (${limit}). ${REMEDY[limit]}`);
  }
}

const MEANING = {
  maxDepth: 'operation has a depth',
  maxCost: 'operation has a cost',
  maxIntrospections: 'operation has a number of introspection fields',
  maxDocumentBytes: 'document has a size in bytes',
  maxTokens: 'document has a number of tokens',
  maxDefinitions: 'document has a number of operations and fragments',
  maxAnswerBytes: 'answer has a size of its JSON in bytes',
} as const;
const REMEDY = {
  maxDepth: 'Nest fields less deeply.',
  maxCost: 'Request smaller pages (first, last) or fewer fields at a time.',
  maxIntrospections: 'Request the schema once, and less of it.',
  maxDocumentBytes: 'Send values as variables.',
  maxTokens: 'Send values as variables, or request less at a time.',
  maxDefinitions: 'Send only the operation to run, with its fragments.',
  maxAnswerBytes: 'Request fewer contexts and results at a time, and each of them once.',
} as const;
