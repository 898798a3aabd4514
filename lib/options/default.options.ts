import type { BackoffPolicy } from '../workflow/backoff.js';

/** The defaults of all options that have a fixed one. */
export const DEFAULTS = {
  database: { schema: 'tasker', dataSource: 'default', statementTimeoutMs: 15_000, maxReadBytes: 67_108_864 },
  migrations: 'verify',
  templates: { sources: [], changed: 'refuse' },
  steps: {
    timeoutSeconds: 300,
    retryLimit: 3,
    backoff: { baseSeconds: 1, factor: 2, maxSeconds: 300, jitter: 0.1 } satisfies BackoffPolicy,
    maxResultBytes: 1_048_576,
    proxy: null,
  },
  identity: { strategy: 'default', windowSeconds: 60 },
  backPressure: { maxUnfinished: null },
  worker: {
    enabled: true,
    start: 'auto',
    concurrency: 50,
    minConcurrency: null,
    queues: null,
    pollIntervalMs: 1_000,
    leaseSeconds: 30,
    shutdownTimeoutMs: 10_000,
    maxClaimBytes: 33_554_432,
  },
  retention: { afterDays: null, archive: false, batchSize: 500, intervalSeconds: 300 },
  live: { pollIntervalMs: 100, maxListeners: 1_000, maxListenersPerUser: null, accessCheckIntervalMs: 30_000 },
  webhooks: {
    enabled: true,
    pollIntervalMs: 1_000,
    timeoutMs: 10_000,
    maxAttempts: 12,
    concurrency: 10,
    allowPrivateTargets: false,
    proxy: null,
    keepDays: 7,
    keepFailedDays: 30,
  },
  http: { enabled: true, path: 'tasker' },
  telemetry: { log: true },
} as const;
