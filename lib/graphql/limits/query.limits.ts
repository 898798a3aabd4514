import { InvalidOptionsError } from '../../options/options.errors.js';
import { wholeBetween } from '../../options/options.check.js';

/** The limits of one GraphQL operation. */
export interface QueryLimits {
  /** The maximum depth of nested fields. @default 10 */
  readonly maxDepth?: number;
  /**
   * The maximum number of fields of an answer. Pages count with their requested size, all other lists with ten
   * elements, and JSON as ten fields. Each query and mutation counts 500 more, and a mutation 20 more for each task,
   * which limits their number in one request.
   * @default 50_000
   */
  readonly maxCost?: number;
  /** The maximum size of introspection, in usual introspection queries of clients. @default 1 */
  readonly maxIntrospections?: number;
  /** The maximum size of a document, in bytes. @default 32_768 */
  readonly maxDocumentBytes?: number;
  /** The maximum number of names, numbers, texts and punctuators of a document. @default 2_000 */
  readonly maxTokens?: number;
  /** The maximum number of operations and fragments of a document together. @default 100 */
  readonly maxDefinitions?: number;
  /**
   * The maximum size of all JSON values of one answer (contexts, results and so on) together, in bytes.
   * @default 16_777_216
   */
  readonly maxAnswerBytes?: number;
}

/** The extension of a field that queries the database separately, and so counts as a query. */
export const ASKS_BY_ITSELF = 'taskerAsksByItself';

export const DEFAULT_LIMITS = {
  maxDepth: 10,
  maxCost: 50_000,
  maxIntrospections: 1,
  maxDocumentBytes: 32_768,
  maxTokens: 2_000,
  maxDefinitions: 100,
  maxAnswerBytes: 16_777_216,
} as const satisfies QueryLimits;

const LIMITS = Object.keys(DEFAULT_LIMITS) as readonly (keyof QueryLimits)[];
/** The highest value of a limit. */
const MOST = 2_147_483_647;

/**
 * Fills in the defaults of omitted limits.
 * @throws InvalidOptionsError
 */
export function completeLimits(given: QueryLimits): Required<QueryLimits> {
  const limits = Object.fromEntries(LIMITS.map((name) => [name, given[name] ?? DEFAULT_LIMITS[name]]));
  const faults = LIMITS.map((name) => wholeBetween(name, limits[name]!, 1, MOST)).filter((fault) => fault !== false);
  if (faults.length > 0) throw new InvalidOptionsError(faults, 'TaskerGraphqlModule');
  return limits as unknown as Required<QueryLimits>;
}

/** The injection token of the limits for the package's queries and mutations. */
export const QUERY_LIMITS = Symbol('TASKER_GRAPHQL_LIMITS');
