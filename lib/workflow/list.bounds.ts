export interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
  /** Unless said otherwise. */
  readonly default: number;
}

/** How many tasks, or deliveries, a page may hold. */
export const PAGE_BOUNDS: Bounds = { minimum: 1, maximum: 100, default: 20 };
/** How many of what is slowest: more is a listing, which nobody reads for that. */
export const SLOWEST_BOUNDS: Bounds = { minimum: 1, maximum: 1_000, default: 10 };
/** How many hours back. */
export const PERIOD_BOUNDS: Bounds = { minimum: 1, maximum: 720, default: 24 };
