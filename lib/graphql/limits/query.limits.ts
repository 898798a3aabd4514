/** How much one GraphQL operation may ask for. */
export interface QueryLimits {
  /** How deeply fields may be nested. @default 10 */
  readonly maxDepth?: number;
  /**
   * How many fields an answer may have at most, where a page is as large as was asked for and every other list has ten
   * elements. A query counts 20 more, a mutation 500 more, so that a request does not hold hundreds of them. @default 50_000
   */
  readonly maxCost?: number;
}

export const DEFAULT_LIMITS = { maxDepth: 10, maxCost: 50_000 } as const satisfies QueryLimits;

/** Injection token of the limits that our queries and mutations keep. */
export const QUERY_LIMITS = Symbol('TASKER_GRAPHQL_LIMITS');
