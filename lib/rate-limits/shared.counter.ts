import { createHash } from 'node:crypto';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { RateLimit } from '../options/rate-limit.options.js';
import { withinTime } from '../persistence/time.limit.js';
import { errorText } from '../workflow/error.text.js';
import type { Hits } from './hit.counter.js';

/** The storage of `@nestjs/throttler`. It takes times in milliseconds, and returns them in seconds. */
interface ThrottlerStorage {
  increment(key: string, ttl: number, limit: number, blockDuration: number, throttlerName: string): Promise<Stored>;
}

interface Stored {
  readonly totalHits: number;
  readonly timeToExpire: number;
  readonly isBlocked: boolean;
  /** Negative if the key is not blocked. */
  readonly timeToBlockExpire: number;
}

/**
 * The name of the token, and that of the class that counts in memory. The token itself is a symbol that each copy of the
 * package makes, and the one of the host may be another than ours would be.
 */
const TOKEN = 'ThrottlerStorage';
const IN_MEMORY = 'ThrottlerStorageService';

const THROTTLER_NAME = 'nestjs-tasker';
/** A client of Redis waits for a lost server as long as its requests may queue. */
const ANSWER_LIMIT_MS = 500;
/** How long a storage that failed is left alone, so that not every request waits for it. */
const PAUSE_MS = 5_000;

/**
 * Counts in the storage of `@nestjs/throttler` if the host has one that processes share, such as Redis. The one that
 * counts in memory is not used: it grows with each caller, and knows no more than this process.
 */
@Injectable()
export class SharedCounter implements OnModuleInit {
  private readonly logger = new Logger('TaskerRateLimits');
  private storage: ThrottlerStorage | null = null;
  private isFailing = false;
  private pausedUntilMs = 0;

  constructor(private readonly discovery: DiscoveryService) {}

  onModuleInit(): void {
    const instances = this.discovery
      .getProviders()
      .filter(({ token }) => typeof token === 'symbol' && token.description === TOKEN)
      .map(({ instance }): unknown => instance);
    this.storage = instances.filter(isStorage).find(({ constructor }) => constructor.name !== IN_MEMORY) ?? null;
  }

  /**
   * Counts a hit of all processes together. A storage that fails, or does not answer in time, must neither refuse callers
   * nor admit them: the processes count on their own until it answers again.
   * @returns null if there is no storage, or none that answers
   */
  async hit(key: string, rule: RateLimit): Promise<Hits | null> {
    const { storage } = this;
    if (!storage || performance.now() < this.pausedUntilMs) return null;
    try {
      const hits = hitsIn(await withinTime(increment(storage, key, rule), ANSWER_LIMIT_MS, late), rule);
      if (this.isFailing) this.logger.log('The storage of @nestjs/throttler counts again.');
      this.isFailing = false;
      return hits;
    } catch (error) {
      this.pausedUntilMs = performance.now() + PAUSE_MS;
      if (!this.isFailing) this.logger.warn(FAILED, errorText(error));
      this.isFailing = true;
      return null;
    }
  }
}

const FAILED = 'Failed to count in the storage of @nestjs/throttler; will count in this process until it answers.';

function isStorage(instance: unknown): instance is ThrottlerStorage {
  return typeof (instance as Partial<ThrottlerStorage> | null | undefined)?.increment === 'function';
}

/** The key is hashed, because ids of users can have any characters, and addresses are nobody else's business. */
async function increment(storage: ThrottlerStorage, key: string, { limit, seconds }: RateLimit): Promise<Stored> {
  const hash = createHash('sha256').update(key).digest('hex');
  const ms = seconds * 1_000;
  // Blocked for the same time, like the throttler's guard: for 0, the storage for Redis fails (nest-lab issue 55).
  return storage.increment(hash, ms, limit, ms, THROTTLER_NAME);
}

function hitsIn(
  { totalHits, timeToExpire, isBlocked, timeToBlockExpire }: Stored,
  { limit, seconds }: RateLimit,
): Hits {
  const hits = isBlocked ? limit + 1 : totalHits;
  const ends = isBlocked ? timeToBlockExpire : timeToExpire;
  if (!Number.isFinite(hits) || !Number.isFinite(ends)) throw new TypeError('The storage returned no numbers.');
  return { hits, endsInMs: Math.min(Math.max(ends, 0), seconds) * 1_000 };
}

function late(): never {
  throw new Error(`There was no answer within ${ANSWER_LIMIT_MS} ms.`);
}
