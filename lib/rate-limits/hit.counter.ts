import type { RateLimit } from '../options/rate-limit.options.js';
import { ExpiringMap } from './expiring.map.js';

/** How often somebody did something in a period, and when the period ends. */
export interface Hits {
  readonly hits: number;
  readonly endsInMs: number;
}

/** Whoever is forgotten begins again. An attacker with this many addresses is not stopped by limits of single ones. */
const MOST_KEYS = 10_000;

/**
 * Counts in the memory of this process. The period of a key begins with its first hit, so that there can be almost twice
 * the limit within a period that lies across the border of two.
 */
export class HitCounter {
  private readonly counts: ExpiringMap<number>;

  constructor(
    private readonly rule: RateLimit,
    most = MOST_KEYS,
  ) {
    this.counts = new ExpiringMap(most);
  }

  /** The hits of the running period. */
  of(key: string, nowMs = performance.now()): Hits {
    const count = this.counts.get(key, nowMs);
    return count ? { hits: count.value, endsInMs: count.endsAtMs - nowMs } : NONE;
  }

  hit(key: string, nowMs = performance.now()): Hits {
    const { hits } = this.of(key, nowMs);
    if (hits > 0) this.counts.replace(key, hits + 1);
    else this.counts.set(key, 1, nowMs + this.rule.seconds * 1_000);
    return this.of(key, nowMs);
  }

  /** Takes over what others have counted, if it is more. */
  learn(key: string, { hits, endsInMs }: Hits, nowMs = performance.now()): void {
    if (hits > this.of(key, nowMs).hits && endsInMs > 0) this.counts.set(key, hits, nowMs + endsInMs);
  }
}

const NONE: Hits = { hits: 0, endsInMs: 0 };
