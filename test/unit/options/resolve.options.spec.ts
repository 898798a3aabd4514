import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { DEFAULTS } from '../../../lib/options/default.options.js';
import { InvalidOptionsError } from '../../../lib/options/options.errors.js';
import { resolveOptions } from '../../../lib/options/resolve.options.js';
import type { TaskerModuleOptions } from '../../../lib/options/tasker.options.js';

/** Also what the types forbid: options may come from JavaScript, or from a factory that reads a file. */
function faultsOf(options: unknown): readonly string[] {
  try {
    resolveOptions(options as TaskerModuleOptions);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidOptionsError);
    expect(error).toMatchObject({ code: 'TASKER_INVALID_OPTIONS' });
    return (error as InvalidOptionsError).faults;
  }
}

describe('options that say nothing', () => {
  it('get every default', () => {
    expect(resolveOptions({})).toMatchObject(DEFAULTS);
  });

  it('say so also by being undefined', () => {
    const worker = { concurrency: undefined, queues: undefined } as never;
    expect(resolveOptions({ worker, http: undefined as never })).toMatchObject(DEFAULTS);
  });
});

describe('options that say something', () => {
  it('keep the defaults of everything else', () => {
    const { steps, worker } = resolveOptions({ steps: { backoff: { factor: 3 } }, worker: { queues: ['mail'] } });
    expect(steps).toEqual({ ...DEFAULTS.steps, backoff: { ...DEFAULTS.steps.backoff, factor: 3 } });
    expect(worker).toEqual({ ...DEFAULTS.worker, queues: ['mail'] });
  });

  it('may say the least and the most that is allowed', () => {
    const backoff = (jitter: number) => ({ baseSeconds: 0, factor: 1, maxSeconds: 0, jitter });
    for (const jitter of [0, 1]) expect(faultsOf({ steps: { backoff: backoff(jitter) } })).toEqual([]);
    expect(faultsOf({ identity: { windowSeconds: 1 } })).toEqual([]);
  });

  it.each([null, 'environment', 'http://proxy:3128', 'https://ann:s3cret@proxy.internal'])(
    'may name a proxy: %j',
    (proxy) => {
      expect(faultsOf({ steps: { proxy }, webhooks: { proxy } })).toEqual([]);
    },
  );

  it('may list the sources of templates alone', () => {
    expect(resolveOptions({ templates: ['a', 'b'] }).templates).toMatchObject({
      sources: ['a', 'b'],
      changed: 'refuse',
    });
  });
});

describe('an option that cannot work', () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [
      { database: { schema: 'My Schema' } },
      'database.schema must be a plain identifier (a-z, 0-9, _), got "My Schema"',
    ],
    [{ database: { dataSource: '' } }, 'database.dataSource must be a string, not empty, got ""'],
    [{ migrations: 'never' }, 'migrations must be one of apply, verify, off, got "never"'],
    [{ templates: { sources: 'config' } }, 'templates.sources must be a list, got string'],
    [{ templates: { environment: 3 } }, 'templates.environment must be a string, not empty, got 3'],
    [{ templates: { variables: null } }, 'templates.variables must be an object, got null'],
    [{ templates: { changed: 'keep' } }, 'templates.changed must be one of refuse, replace, got "keep"'],
    ...['steps', 'webhooks'].flatMap((group) =>
      ['', 'proxy:3128', 'socks5://ann:s3cret@proxy', 'none', true].map((proxy): (typeof cases)[number] => [
        { [group]: { proxy } },
        `${group}.proxy must be null, 'environment' or the URL of a proxy (http:// or https://)`,
      ]),
    ),
    [{ worker: { start: 'later' } }, 'worker.start must be one of auto, manual, got "later"'],
    [{ steps: { timeoutSeconds: 0 } }, 'steps.timeoutSeconds must be a number from 0.001 to 2147483, got 0'],
    [{ steps: { timeoutSeconds: '5' } }, 'steps.timeoutSeconds must be a number from 0.001 to 2147483, got "5"'],
    [
      { steps: { timeoutSeconds: 3_000_000 } },
      'steps.timeoutSeconds must be a number from 0.001 to 2147483, got 3000000',
    ],
    [{ steps: { retryLimit: 1.5 } }, 'steps.retryLimit must be a whole number from 1 to 32767, got 1.5'],
    [
      { steps: { backoff: { baseSeconds: -1 } } },
      'steps.backoff.baseSeconds must be a number from 0 to 31536000, got -1',
    ],
    [{ steps: { backoff: { factor: 0.5 } } }, 'steps.backoff.factor must be a number from 1 to 1000, got 0.5'],
    [
      { steps: { backoff: { maxSeconds: 4e7 } } },
      'steps.backoff.maxSeconds must be a number from 0 to 31536000, got 40000000',
    ],
    [{ steps: { backoff: { jitter: 2 } } }, 'steps.backoff.jitter must be a number from 0 to 1, got 2'],
    [{ steps: { maxResultBytes: 0 } }, 'steps.maxResultBytes must be a whole number from 1 to 268435455, got 0'],
    [
      { backPressure: { maxUnfinished: 0 } },
      'backPressure.maxUnfinished must be a whole number from 1 to 2147483647, or null, got 0',
    ],
    [{ worker: { enabled: 'false' } }, 'worker.enabled must be true or false, got "false"'],
    [{ worker: { concurrency: 0 } }, 'worker.concurrency must be a whole number from 1 to 2147483647, got 0'],
    [
      { worker: { minConcurrency: 51 } },
      'worker.minConcurrency must be a whole number from 1 to 50 (worker.concurrency), or null, got 51',
    ],
    [
      { worker: { minConcurrency: 0, concurrency: 9 } },
      'worker.minConcurrency must be a whole number from 1 to 9 (worker.concurrency), or null, got 0',
    ],
    [
      { worker: { queues: 'mail' } },
      'worker.queues must be a list of queue names (a-z, 0-9, _ . -), or null, got "mail"',
    ],
    [{ worker: { queues: [] } }, 'worker.queues must be a list of queue names (a-z, 0-9, _ . -), or null, got []'],
    [
      { worker: { queues: ['Mail'] } },
      'worker.queues must be a list of queue names (a-z, 0-9, _ . -), or null, got ["Mail"]',
    ],
    [{ worker: { pollIntervalMs: 1 } }, 'worker.pollIntervalMs must be a whole number from 10 to 1073741500, got 1'],
    [{ worker: { leaseSeconds: 0.1 } }, 'worker.leaseSeconds must be a number from 0.5 to 2147483, got 0.1'],
    [
      { worker: { shutdownTimeoutMs: -1 } },
      'worker.shutdownTimeoutMs must be a whole number from 0 to 2147483000, got -1',
    ],
    [{ worker: { maxClaimBytes: 100 } }, 'worker.maxClaimBytes must be a whole number from 1024 to 268435455, got 100'],
    [{ retention: { afterDays: -1 } }, 'retention.afterDays must be a number from 0 to 36500, or null, got -1'],
    [{ retention: { afterDays: '30' } }, 'retention.afterDays must be a number from 0 to 36500, or null, got "30"'],
    [{ retention: { archive: 'yes' } }, 'retention.archive must be true or false, got "yes"'],
    [{ retention: { batchSize: 0 } }, 'retention.batchSize must be a whole number from 1 to 10000, got 0'],
    [{ retention: { intervalSeconds: 0 } }, 'retention.intervalSeconds must be a number from 1 to 1073741.5, got 0'],
    [{ webhooks: { enabled: 'no' } }, 'webhooks.enabled must be true or false, got "no"'],
    [
      { webhooks: { pollIntervalMs: 1 } },
      'webhooks.pollIntervalMs must be a whole number from 10 to 1073741500, got 1',
    ],
    [{ webhooks: { timeoutMs: 0 } }, 'webhooks.timeoutMs must be a whole number from 1 to 2147483000, got 0'],
    [{ webhooks: { maxAttempts: 0 } }, 'webhooks.maxAttempts must be a whole number from 1 to 32767, got 0'],
    [{ webhooks: { concurrency: 1.5 } }, 'webhooks.concurrency must be a whole number from 1 to 1000, got 1.5'],
    [{ webhooks: { allowPrivateTargets: 'true' } }, 'webhooks.allowPrivateTargets must be true or false, got "true"'],
    [{ webhooks: { keepDays: -1 } }, 'webhooks.keepDays must be a number from 0 to 36500, got -1'],
    [{ webhooks: { keepFailedDays: '9' } }, 'webhooks.keepFailedDays must be a number from 0 to 36500, got "9"'],
    [{ audit: { heads: { everySeconds: 0 } } }, 'audit.heads.everySeconds must be a number from 1 to 2147483, got 0'],
    [{ audit: { heads: { log: 'no' } } }, 'audit.heads.log must be true or false, got "no"'],
    [{ audit: { heads: { file: '' } } }, 'audit.heads.file must be a string, not empty, got ""'],
    [{ audit: { heads: { publish: 'https://x' } } }, 'audit.heads.publish must be a function, or null'],
    ...['s3cret', generateKeyPairSync('ed25519').publicKey, generateKeyPairSync('x25519').privateKey].map(
      (signingKey): (typeof cases)[number] => [
        { audit: { heads: { signingKey } } },
        'audit.heads.signingKey must be a private Ed25519 key, in PEM or as KeyObject, or null',
      ],
    ),
    [{ http: { enabled: 1 } }, 'http.enabled must be true or false, got 1'],
    [{ http: { path: 3 } }, 'http.path must be a path without leading or trailing slash, got "3"'],
    [
      { cors: { origins: ['https://app.example.com/'] } },
      'cors.origins must be a list of origins such as "https://app.example.com", or "*", got ["https://app.example.com/"]',
    ],
    [
      { cors: { origins: 'https://app.example.com' } },
      'cors.origins must be a list of origins such as "https://app.example.com", or "*", got "https://app.example.com"',
    ],
    [
      { cors: { origins: ['null'] } },
      'cors.origins must be a list of origins such as "https://app.example.com", or "*", got ["null"]',
    ],
    [
      { cors: { origins: ['*'], credentials: true } },
      'cors.credentials must be false, because cors.origins contains "*"; list the origins that may send credentials',
    ],
    [{ cors: { credentials: 'yes' } }, 'cors.credentials must be true or false, got "yes"'],
    [{ cors: { maxAgeSeconds: -1 } }, 'cors.maxAgeSeconds must be a whole number from 0 to 86400, got -1'],
    [{ http: { path: '/tasker' } }, 'http.path must be a path without leading or trailing slash, got "/tasker"'],
    [{ telemetry: { log: 'yes' } }, 'telemetry.log must be true or false, got "yes"'],
    [
      { concurrency: 5 },
      'concurrency is not a known option; known: database, migrations, templates, steps, identity, backPressure, worker, retention, events, live, webhooks, audit, sensitiveData, http, cors, rateLimits, telemetry, auth',
    ],
    [{ http: { route: 'x' } }, 'http.route is not a known option; known: enabled, path'],
    [
      { steps: { backoff: { base: 1 } } },
      'steps.backoff.base is not a known option; known: baseSeconds, factor, maxSeconds, jitter. Did you mean "baseSeconds"?',
    ],
    [{ templates: 'config/tasks' }, 'templates must be an object, got "config/tasks"'],
    [{ worker: false }, 'worker must be an object, got false'],
  ];
  it.each(cases)('is named with its path: %j', (options, fault) => {
    expect(faultsOf(options)).toEqual([fault]);
  });

  it('is told together with all others', () => {
    expect(() => resolveOptions({ worker: { concurrency: 0 }, http: { path: '' } })).toThrow(
      [
        'The options of TaskerModule are invalid:',
        '  - worker.concurrency must be a whole number from 1 to 2147483647, got 0.',
        '  - http.path must be a path without leading or trailing slash, got "".',
      ].join('\n'),
    );
  });
});
