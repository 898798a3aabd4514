import type { Type } from '@nestjs/common';

/** Decides when two requests to start a task count as the same request, which is answered with the same task. */
export interface IdentityOptions {
  /**
   * `default`: only with the same idempotency key. `hash`: also when template, version, initiator, source system, reason,
   * context and bypassed steps are equal. A class: what its `identify` says; it is a provider of one of the host's modules.
   * @default 'default'
   */
  readonly strategy?: IdentityStrategy;
  /** How long such an identity counts, in seconds from the first request; a key counts as long as its task exists. @default 60 */
  readonly windowSeconds?: number;
}

/** `default`, `hash`, or a provider class that implements `IdentityStrategyContract`. */
export type IdentityStrategy = 'default' | 'hash' | Type;
