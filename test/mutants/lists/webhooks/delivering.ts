import type { MutantsOfFile } from '../../mutant.js';
import { deliveryWorkers, delivering, deriving, restWebhooks, scopedWebhooks, telling, webhooks } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/webhooks/delivery.deriver.ts',
    tests: [deriving, telling],
    mutants: [
      {
        mistake: 'lets what is derived wait for the poll',
        find: 'if (step.told > 0) this.deliveryWorker.now();',
        replace: '',
        tests: [deliveryWorkers],
      },
      {
        mistake: 'tells a webhook what committed before it was created',
        find: 'isAmong(change, webhook.told) && ',
        replace: '',
      },
      {
        mistake: 'ignores the filter of a webhook',
        find: ' && matches(webhook.filter, change)',
        replace: '',
      },
      {
        mistake: 'ignores the scope of a webhook',
        find: ' && known.get(webhook)!.has(change)',
        replace: '',
        tests: [scopedWebhooks],
      },
      {
        mistake: 'tells everything to a webhook whose scope cannot be looked at',
        find: 'inScope instanceof Error ? [] : inScope',
        replace: 'inScope instanceof Error ? changes : inScope',
        tests: [scopedWebhooks],
      },
      { mistake: 'tells a webhook of one change too many', find: 'id < BigInt(until)', replace: 'id <= BigInt(until)' },
      { mistake: 'leaves one change out', find: 'id >= BigInt(from)', replace: 'id > BigInt(from)' },
      {
        mistake: 'derives nothing more after another process was quicker',
        find: 'if (!refused) return { told: 0, hasMore: true };',
        replace: 'if (!refused) return { told: 0, hasMore: false };',
      },
      {
        mistake: 'lets its reading run out when it stops',
        find: 'if (this.isStarted) await this.deliveries.leaveReading(this.reader);',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/webhooks/delivery.worker.ts',
    tests: [deliveryWorkers, delivering, telling],
    mutants: [
      {
        mistake: 'gives one webhook all requests',
        find: 'const share = Math.ceil(concurrency * SHARE);',
        replace: `const share = concurrency;
    void SHARE;`,
      },
      {
        mistake: 'gives receivers that hang all requests',
        find: 'Math.max(1, Math.floor(concurrency * SHARE_OF_OTHERS))',
        replace: 'concurrency + 0 * SHARE_OF_OTHERS',
      },
      {
        mistake: 'asks a receiver that hangs several times at once',
        find: '(quick.includes(id) ? share : 1)',
        replace: 'share',
      },
      {
        mistake: 'forgets an error of the database that comes while it claims',
        find: 'if (failures.length > 0) throw failures[0];',
        replace: '',
      },
      {
        mistake: 'makes more requests at once than allowed',
        find: 'const room = concurrency - underWay.length;',
        replace: 'const room = concurrency;',
      },
      {
        mistake: 'claims on during the shutdown',
        find: 'const claimed = signal?.aborted ? [] : await',
        replace: 'const claimed = await',
      },
      {
        mistake: 'lets a delivery be claimed again while it is under way',
        find: 'timeoutMs / 1_000 + LEASE_MARGIN_SECONDS',
        replace: '0 * (timeoutMs + LEASE_MARGIN_SECONDS)',
      },
      {
        mistake: 'waits for the slowest request before it claims more',
        find: 'await Promise.race([...underWay, waited]);',
        replace: 'await Promise.all([...underWay, waited]);',
      },
      {
        mistake: 'does not look at start for what others left',
        find: `await this.delivering.start();
    this.delivering.now();`,
        replace: 'await this.delivering.start();',
      },
    ],
  },
  {
    file: 'lib/webhooks/webhook.sender.ts',
    tests: [delivering, telling, webhooks],
    mutants: [
      {
        mistake: 'checks no address that is written as such',
        find: 'if (fault !== null) throw new Error(`The URL ${fault}.`);',
        replace: '',
      },
      { mistake: 'loses the query of the URL', find: 'path: `${pathname}${search}`', replace: 'path: pathname' },
      {
        mistake: 'signs with a time in milliseconds',
        find: 'Math.floor(Date.now() / 1_000)',
        replace: 'Math.floor(Date.now())',
      },
      {
        mistake: 'connects to private addresses that a name leads to',
        find: 'lookupThrough(this.resolver, this.allowPrivate)',
        replace: 'lookupThrough(this.resolver, true)',
      },
      {
        mistake: 'waits for all that a receiver answers',
        find: '.dump({ limit: MAX_ANSWER_BYTES, signal })',
        replace: '.text()',
      },
    ],
  },
  {
    file: 'lib/webhooks/target.lookup.ts',
    tests: [webhooks, delivering],
    mutants: [
      {
        mistake: 'looks only at the first address of a name',
        find: '!found.every(({ address }) => isPublicAddress(address))',
        replace: '!found.slice(0, 1).every(({ address }) => isPublicAddress(address))',
      },
    ],
  },
  {
    file: 'lib/webhooks/name.resolver.ts',
    tests: [webhooks],
    mutants: [
      {
        mistake: 'waits for silent name servers as long as they like',
        find: 'setTimeout(() => resolver.cancel(), this.timeoutMs)',
        replace: 'setTimeout(() => undefined, this.timeoutMs)',
      },
      {
        mistake: 'asks name servers for what stands in the file of hosts',
        find: 'if (written.length > 0) return',
        replace: 'if (written.length > 99) return',
      },
      {
        mistake: 'keeps names without a bound',
        find: 'if (this.kept.size > MOST_NAMES)',
        replace: 'if (this.kept.size > 10 * MOST_NAMES)',
      },
      { mistake: 'keeps addresses for ever', find: 'known.until > performance.now()', replace: 'known.until > 0' },
      {
        mistake: 'asks once for each who waits',
        find: 'until: Infinity }',
        replace: 'until: 0 }',
      },
      {
        mistake: 'completes no names',
        find: '[name, ...completed] : [...completed, name]',
        replace: '[name, ...completed] : [name]',
      },
    ],
  },
  {
    file: 'lib/webhooks/receiver.speeds.ts',
    tests: [webhooks],
    mutants: [
      {
        mistake: 'remembers receivers without a bound',
        find: 'if (known.size > MOST_KNOWN)',
        replace: 'if (known.size > 10 * MOST_KNOWN)',
      },
    ],
  },
  {
    file: 'lib/webhooks/delivery.executor.ts',
    tests: [deliveryWorkers, delivering],
    mutants: [
      {
        mistake: 'takes a receiver that hung for one that answers',
        find: `isShort ? 'quick' : 'slow'`,
        replace: `isShort ? 'quick' : 'quick'`,
      },
      {
        mistake: 'takes a receiver that refuses for one that hangs',
        find: `isShort ? 'quick' : 'slow'`,
        replace: `isShort ? 'slow' : 'slow'`,
      },
      {
        mistake: 'names private addresses to users',
        find: 'withoutPrivateAddresses(message || code || String(error))',
        replace: '(withoutPrivateAddresses(``) + (message || code || String(error)))',
      },
    ],
  },
  {
    file: 'lib/webhooks/target.check.ts',
    tests: [webhooks, restWebhooks],
    mutants: [
      {
        mistake: 'takes any protocol',
        find: `protocol !== 'http:' && protocol !== 'https:'`,
        replace: `protocol === 'file:'`,
      },
      {
        mistake: 'takes a password',
        find: `if (username !== '' || password !== '') return`,
        replace: `if (username !== '' && password !== '') return`,
      },
      { mistake: 'passes over addresses of IPv6', find: `hostname.replace(/^\\[(.*)\\]$/, '$1')`, replace: 'hostname' },
    ],
  },
  {
    file: 'lib/webhooks/delivery.scopes.ts',
    tests: [scopedWebhooks],
    mutants: [
      {
        mistake: 'sends what left the scope of its webhook',
        find: 'scoped.filter(isOutside)',
        replace: 'scoped.filter(() => false)',
      },
    ],
  },
  {
    file: 'lib/webhooks/webhook.service.ts',
    tests: [scopedWebhooks],
    mutants: [
      {
        mistake: 'takes scopes in another order for others',
        find: 'scope && canonicalScope(scope)',
        replace: 'scope && ({ ...scope } as JsonObject)',
      },
      {
        mistake: 'removes a webhook of another scope',
        find: 'await this.get(id, scope);\n    if (!(await this.webhooks.remove(id)))',
        replace: 'if (!(await this.webhooks.remove(id)))',
      },
    ],
  },
];
