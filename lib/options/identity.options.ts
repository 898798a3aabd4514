import type { Type } from '@nestjs/common';

/**
 * Decides when two requests to start a task count as equal. Equal requests start one task, and both get it as the
 * answer.
 */
export interface IdentityOptions {
  /**
   * `default`: requests are equal if they have the same idempotency key. `hash`: also if template, version, initiator,
   * source system, reason, context and bypassed steps are equal. A class: if its `identify` returns the same text; the
   * class must be a provider of one of the application's modules.
   * @default 'default'
   */
  readonly strategy?: IdentityStrategy;
  /**
   * How long a hash or an answer of `identify` counts, in seconds from the first request. A key counts as long as its
   * task exists.
   * @default 60
   */
  readonly windowSeconds?: number;
}

/** `default`, `hash`, or a provider class that implements `IdentityStrategyContract`. */
export type IdentityStrategy = 'default' | 'hash' | Type;
