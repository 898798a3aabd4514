import { Inject, Injectable } from '@nestjs/common';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { RateLimit } from '../options/rate-limit.options.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { networkOf } from './address.network.js';
import { HitCounter } from './hit.counter.js';
import { quotaOf, rememberQuota } from './quota.js';
import { RateLimitedError } from './rate-limits.errors.js';
import { SharedCounter } from './shared.counter.js';

/** Limits the requests of each user, and those without a user of each address. */
@Injectable()
export class RateLimiter {
  private readonly rule: RateLimit | false;
  private readonly users: HitCounter | null;
  private readonly networks: HitCounter | null;

  constructor(
    @Inject(TASKER_OPTIONS) { rateLimits: { requests } }: ResolvedOptions,
    private readonly shared: SharedCounter,
  ) {
    this.rule = requests;
    this.users = requests ? new HitCounter(requests) : null;
    this.networks = requests ? new HitCounter(requests) : null;
  }

  /**
   * Counts a request.
   * @param userId null for a request without a user
   * @throws RateLimitedError
   */
  async count(request: unknown, userId: string | null, address: string | null): Promise<void> {
    const { rule, users, networks } = this;
    if (!rule || !users || !networks) return;
    const [counter, kind, caller] =
      userId === null ? ([networks, 'address', networkOf(address)] as const) : ([users, 'user', userId] as const);
    const hits = (await this.shared.hit(`requests of ${kind} ${caller}`, rule)) ?? counter.hit(caller);
    const quota = quotaOf('requests', rule, hits);
    rememberQuota(request, quota);
    if (hits.hits > rule.limit) throw new RateLimitedError(quota);
  }
}
