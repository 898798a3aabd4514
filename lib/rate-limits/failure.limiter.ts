import { Inject, Injectable } from '@nestjs/common';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { RateLimit } from '../options/rate-limit.options.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { networkOf } from './address.network.js';
import { HitCounter, type Hits } from './hit.counter.js';
import { digestOf, KnownCredentials } from './known.credentials.js';
import { quotaOf, rememberQuota } from './quota.js';
import { RateLimitedError } from './rate-limits.errors.js';
import { RefusalLog, type Caller } from './refusal.log.js';
import { SharedCounter } from './shared.counter.js';

/** Limits the failed authentications from each address. */
@Injectable()
export class FailureLimiter {
  private readonly rule: RateLimit | false;
  private readonly counter: HitCounter | null;
  private readonly known = new KnownCredentials();
  private readonly log = new RefusalLog();

  constructor(
    @Inject(TASKER_OPTIONS) { rateLimits: { failures } }: ResolvedOptions,
    private readonly shared: SharedCounter,
  ) {
    this.rule = failures;
    this.counter = failures ? new HitCounter(failures) : null;
  }

  /**
   * Authenticates a request. Beyond the limit, no answer says whether credentials are valid, also not those to requests
   * that were sent at the same time as the others.
   * @param isFailure whether an error means that the credentials are not valid
   * @throws RateLimitedError instead of a failure beyond the limit; what `authenticate` throws
   */
  async watch<User>(
    request: unknown,
    address: string | null,
    authenticate: () => Promise<User>,
    isFailure: (error: unknown) => boolean,
  ): Promise<User> {
    const { rule, counter, known } = this;
    if (!rule || !counter) return authenticate();
    const network = networkOf(address);
    const credentials = digestOf(request);
    const check = (): void => {
      const hits = counter.of(network);
      if (hits.hits >= rule.limit && !known.includes(credentials)) throw this.refusal(request, rule, hits);
    };
    check();
    const answer = await settled(authenticate());
    if (answer.status === 'rejected') {
      if (!isFailure(answer.reason)) throw answer.reason;
      known.refused(credentials);
      const hits = await this.fail({ request, address, network }, rule, counter);
      throw hits.hits > rule.limit ? this.refusal(request, rule, hits) : answer.reason;
    }
    check();
    known.accepted(credentials);
    return answer.value;
  }

  /** Also counts in this process, whose counter is the one that is asked before authentications. */
  private async fail(caller: Caller, rule: RateLimit, counter: HitCounter): Promise<Hits> {
    const { network } = caller;
    const own = counter.hit(network);
    if (own.hits > rule.limit) return own;
    const all = await this.shared.hit(`failures of address ${network}`, rule);
    if (all) counter.learn(network, all);
    const hits = all && all.hits > own.hits ? all : own;
    if (hits.hits >= rule.limit) this.log.note(caller, rule);
    return hits;
  }

  private refusal(request: unknown, rule: RateLimit, hits: Hits): RateLimitedError {
    const quota = quotaOf('failures', rule, hits);
    rememberQuota(request, quota);
    return new RateLimitedError(quota);
  }
}

async function settled<Value>(work: Promise<Value>): Promise<PromiseSettledResult<Value>> {
  const [result] = await Promise.allSettled([work]);
  return result;
}
