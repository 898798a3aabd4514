import type { DocumentNode } from 'graphql';
import type { QueryLimits } from './query.limits.js';
import { QueryLimitError } from './query-limit.error.js';

/** @throws QueryLimitError */
export function checkText(text: string, { maxDocumentBytes }: Required<QueryLimits>): void {
  const bytes = Buffer.byteLength(text);
  if (bytes > maxDocumentBytes) throw new QueryLimitError('maxDocumentBytes', bytes, maxDocumentBytes);
}

/**
 * Checks parsed documents. Some servers limit tokens while they parse, which is faster, but others do not.
 * @throws QueryLimitError
 */
export function checkDocument({ loc, tokenCount = 0, definitions }: DocumentNode, limits: Required<QueryLimits>): void {
  const { maxTokens, maxDefinitions } = limits;
  if (loc) checkText(loc.source.body, limits);
  if (tokenCount > maxTokens) throw new QueryLimitError('maxTokens', tokenCount, maxTokens);
  if (definitions.length > maxDefinitions) {
    throw new QueryLimitError('maxDefinitions', definitions.length, maxDefinitions);
  }
}
