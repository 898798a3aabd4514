import { InvalidOptionsError } from '../../options/options.errors.js';
import { wholeBetween } from '../../options/options.check.js';

/** The limits of one GraphQL operation. */
export interface QueryLimits {
  /** How deeply fields may be nested. @default 10 */
  readonly maxDepth?: number;
  /**
   * How many fields an answer may have at most, where a page is as large as was asked for and every other list has ten
   * elements. JSON counts as ten fields. Each query and mutation counts 500 more, and a mutation 20 more for each task that it is
   * about, so that one request does not hold hundreds of them. @default 50_000
   */
  readonly maxCost?: number;
  /** How much may be asked about the schema, in introspections as clients usually make them. @default 1 */
  readonly maxIntrospections?: number;
  /** The size of a document, in bytes. @default 32_768 */
  readonly maxDocumentBytes?: number;
  /** How many names, numbers, texts and punctuators a document may have. @default 2_000 */
  readonly maxTokens?: number;
  /** How many operations and fragments a document may have together. @default 100 */
  readonly maxDefinitions?: number;
  /** How large all JSON values of one answer (contexts, results ...) may be together, in bytes. @default 16_777_216 */
  readonly maxAnswerBytes?: number;
}

/** Of a field below a query, in its extensions: it asks the database by itself, and so counts as a query. */
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
/** Of what counts as a limit. */
const MOST = 2_147_483_647;

/**
 * The limits among what is given, and the default ones for the rest.
 * @throws InvalidOptionsError
 */
export function completeLimits(given: QueryLimits): Required<QueryLimits> {
  const limits = Object.fromEntries(LIMITS.map((name) => [name, given[name] ?? DEFAULT_LIMITS[name]]));
  const faults = LIMITS.map((name) => wholeBetween(name, limits[name]!, 1, MOST)).filter((fault) => fault !== false);
  if (faults.length > 0) throw new InvalidOptionsError(faults, 'TaskerGraphqlModule');
  return limits as unknown as Required<QueryLimits>;
}

/** Injection token of the limits that our queries and mutations keep. */
export const QUERY_LIMITS = Symbol('TASKER_GRAPHQL_LIMITS');
