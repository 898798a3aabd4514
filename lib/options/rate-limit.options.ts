/** At most `limit` within `seconds`. */
export interface RateLimit {
  /** A whole number from 1 to 1_000_000. */
  readonly limit: number;
  /** A whole number from 1 to 86_400. */
  readonly seconds: number;
}

/** How often callers may use the API. Liveness and readiness do not count. */
export interface RateLimitOptions {
  /**
   * The most requests of a user, or of an address whose requests have no user; false for no limit.
   * @default false
   */
  readonly requests?: RateLimit | false;
  /**
   * The most failed authentications from an address; false for no limit. Further requests from there are refused before
   * their credentials are checked, unless these were valid within the last hour.
   * @default {"limit":20,"seconds":60}
   */
  readonly failures?: RateLimit | false;
}
