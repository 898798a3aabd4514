/** How much one GraphQL operation may ask for. */
export interface QueryLimits {
  /** How deeply fields may be nested. @default 10 */
  readonly maxDepth?: number;
  /**
   * How many fields an answer may have at most, where a page is as large as was asked for and every other list has ten
   * elements. JSON counts as ten fields. Each query and mutation counts 500 more, and a mutation 20 more for each task that it is
   * about, so that one request does not hold hundreds of them. @default 50_000
   */
  readonly maxCost?: number;
}

/** Of a field below a query, in its extensions: it asks the database by itself, and so counts as a query. */
export const ASKS_BY_ITSELF = 'taskerAsksByItself';

export const DEFAULT_LIMITS = { maxDepth: 10, maxCost: 50_000 } as const satisfies QueryLimits;

/** Injection token of the limits that our queries and mutations keep. */
export const QUERY_LIMITS = Symbol('TASKER_GRAPHQL_LIMITS');
