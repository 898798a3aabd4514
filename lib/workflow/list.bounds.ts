export interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
  /** The value if none is given. */
  readonly default: number;
}

/** The number of tasks or deliveries of a page. */
export const PAGE_BOUNDS: Bounds = { minimum: 1, maximum: 100, default: 20 };
/** The number of slowest tasks or steps. */
export const SLOWEST_BOUNDS: Bounds = { minimum: 1, maximum: 1_000, default: 10 };
/** The number of hours to look back. */
export const PERIOD_BOUNDS: Bounds = { minimum: 1, maximum: 720, default: 24 };
