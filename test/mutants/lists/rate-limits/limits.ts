import type { MutantsOfFile } from '../../mutant.js';
import { graphql, rateLimitCheck, rateLimits, rateLimitUnits } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/rate-limits/failure.limiter.ts',
    tests: [rateLimitUnits, rateLimits],
    mutants: [
      {
        mistake: 'checks credentials beyond the limit',
        find: '    check();\n    const answer',
        replace: '    const answer',
      },
      {
        mistake: 'answers a right guess beyond the limit',
        find: '    check();\n    known.accepted',
        replace: '    known.accepted',
      },
      {
        mistake: 'tells those beyond the limit that they failed',
        find: 'hits.hits > rule.limit ? this.refusal(request, rule, hits) : answer.reason',
        replace: 'answer.reason',
      },
      {
        mistake: 'refuses the owners of known credentials',
        find: ' && !known.includes(credentials)',
        replace: '',
      },
      {
        mistake: 'lets credentials pass that were refused since',
        find: '      known.refused(credentials);\n',
        replace: '',
      },
      {
        mistake: 'counts outages',
        find: '      if (!isFailure(answer.reason)) throw answer.reason;\n',
        replace: '',
      },
      {
        mistake: 'refuses one failure too late',
        find: 'hits.hits >= rule.limit && !known',
        replace: 'hits.hits > rule.limit && !known',
      },
      {
        mistake: 'learns nothing from other processes',
        find: '    if (all) counter.learn(network, all);\n',
        replace: '',
      },
      {
        mistake: 'counts an address instead of its network',
        find: 'const network = networkOf(address);',
        replace: 'const network = address ?? networkOf(address);',
      },
    ],
  },
  {
    file: 'lib/rate-limits/rate.limiter.ts',
    tests: [rateLimitUnits],
    mutants: [
      {
        mistake: 'refuses the last request of the limit',
        find: 'hits.hits > rule.limit',
        replace: 'hits.hits >= rule.limit',
      },
      {
        mistake: 'counts users by their address',
        find: 'userId === null ?',
        replace: 'userId !== undefined ?',
      },
      {
        mistake: 'does not count while the storage fails',
        find: ' ?? counter.hit(caller)',
        replace: ' ?? counter.of(caller)',
      },
    ],
  },
  {
    file: 'lib/rate-limits/hit.counter.ts',
    tests: [rateLimitUnits],
    mutants: [
      {
        mistake: 'begins the period again with each hit',
        find: 'if (hits > 0) this.counts.replace(key, hits + 1);',
        replace: 'if (hits > 0) this.counts.set(key, hits + 1, nowMs + this.rule.seconds * 1_000);',
      },
      {
        mistake: 'forgets hits of this process',
        find: 'hits > this.of(key, nowMs).hits && ',
        replace: '',
      },
      {
        mistake: 'forgets hits if the period of others has ended',
        find: ' && endsInMs > 0',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/rate-limits/expiring.map.ts',
    tests: [rateLimitUnits],
    mutants: [
      {
        mistake: 'grows without bound',
        find: 'if (this.entries.size > this.most) ',
        replace: 'if (this.most < 0) ',
      },
      {
        mistake: 'forgets those that were used last',
        find: '    this.entries.delete(key); // so',
        replace: '    // so',
      },
      {
        mistake: 'keeps values beyond their time',
        find: 'entry.endsAtMs > nowMs ? entry',
        replace: 'entry.endsAtMs > 0 ? entry',
      },
    ],
  },
  {
    file: 'lib/rate-limits/known.credentials.ts',
    tests: [rateLimitUnits],
    mutants: [
      {
        mistake: 'knows requests without credentials',
        find: 'if (values.every((value) => value === null)) return null;',
        replace: '',
      },
      {
        mistake: 'knows refused credentials again once they are accepted',
        find: ' || this.valid.get(digest, nowMs)?.value === false) return;',
        replace: ') return;',
      },
      {
        mistake: 'keeps guesses',
        find: 'if (this.includes(digest, nowMs)) this.valid',
        replace: 'if (digest !== null) this.valid',
      },
    ],
  },
  {
    file: 'lib/rate-limits/shared.counter.ts',
    tests: [rateLimitUnits],
    mutants: [
      {
        mistake: 'uses the storage in memory',
        find: 'constructor.name !== IN_MEMORY',
        replace: "constructor.name !== ''",
      },
      {
        mistake: 'waits for a storage that failed, at each request',
        find: 'if (!storage || performance.now() < this.pausedUntilMs) return null;',
        replace: 'if (!storage) return null;',
      },
      {
        mistake: 'logs each failure of the storage',
        find: 'if (!this.isFailing) this.logger.warn',
        replace: 'this.logger.warn',
      },
      {
        mistake: 'takes seconds for milliseconds',
        find: 'Math.min(Math.max(ends, 0), seconds) * 1_000',
        replace: 'Math.min(Math.max(ends, 0), seconds)',
      },
      {
        mistake: 'passes seconds to the storage',
        find: 'const ms = seconds * 1_000;',
        replace: 'const ms = seconds;',
      },
      {
        mistake: 'counts on for those whom the storage blocks',
        find: 'const hits = isBlocked ? limit + 1 : totalHits;',
        replace: 'const hits = totalHits;',
      },
      {
        mistake: 'believes any answer of the storage',
        find: 'if (!Number.isFinite(hits) || !Number.isFinite(ends)) throw',
        replace: 'if (hits === null) throw',
      },
    ],
  },
  {
    file: 'lib/rate-limits/address.network.ts',
    tests: [rateLimitUnits],
    mutants: [
      {
        mistake: 'takes all IPv4 addresses within IPv6 for one network',
        find: "if (!WITH_IPV4.includes(texts.slice(0, 6).join(':'))) return",
        replace: 'return',
      },
      { mistake: 'counts the ports of IPv4 addresses', find: ".replace(/:\\d+$/, '');", replace: ';' },
      { mistake: 'counts networks of /48', find: 'const GROUPS = 4;', replace: 'const GROUPS = 3;' },
    ],
  },
  {
    file: 'lib/auth/access.decision.ts',
    tests: [rateLimits],
    mutants: [
      {
        mistake: 'does not limit open figures',
        find: '    await this.requests.count(request, null, addressOf(request));\n',
        replace: '',
      },
      {
        mistake: 'does not limit requests',
        find: '    await this.requests.count(request, user?.id ?? null, addressOf(request));\n',
        replace: '',
      },
      {
        mistake: 'takes the address of the proxy for that of the caller of a socket',
        find: '    nameCaller(this.host.httpAdapter as AbstractHttpAdapter | undefined, request);\n',
        replace: '',
      },
      {
        mistake: 'lets everybody guess',
        find: 'return this.failures.watch(request, addressOf(request), () => this.identify(request), isUnauthenticated);',
        replace: 'return this.identify(request);',
      },
    ],
  },
  {
    file: 'lib/graphql/subscriptions/connection.refusal.ts',
    tests: [graphql, rateLimits],
    mutants: [
      {
        mistake: 'tells clients never to come back',
        find: 'if (error instanceof RateLimitedError) return',
        replace: 'if (error === null) return',
      },
    ],
  },
  {
    file: 'lib/options/rate-limit.check.ts',
    tests: [rateLimitCheck],
    mutants: [
      { mistake: 'accepts rules without a number', find: 'value === undefined ? ', replace: 'value === null ? ' },
      {
        mistake: 'accepts periods of a year',
        find: 'const A_DAY_SECONDS = 86_400;',
        replace: 'const A_DAY_SECONDS = 31_536_000;',
      },
    ],
  },
];
