import { TaskerError } from '../../workflow/tasker.error.js';

/** A GraphQL operation that is nested too deeply, or whose answer may be too large. */
export class QueryLimitError extends TaskerError {
  readonly code = 'TASKER_QUERY_LIMIT';
  override readonly httpStatus = 400;

  constructor(
    readonly limit: 'maxDepth' | 'maxCost',
    readonly asked: number,
    readonly allowed: number,
  ) {
    super(`The operation has a ${MEANING[limit]} of ${asked}, and ${allowed} is allowed (${limit}). ${REMEDY[limit]}`);
  }
}

const MEANING = { maxDepth: 'depth', maxCost: 'cost' } as const;
const REMEDY = {
  maxDepth: 'Nest fewer fields in each other.',
  maxCost: 'Ask for smaller pages (first, last), fewer fields, or fewer things at once.',
} as const;
