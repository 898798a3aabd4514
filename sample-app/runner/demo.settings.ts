import type { WorkerOptions } from 'nestjs-tasker';

/** The overlay of the templates with short waits. */
export const DEMO_ENVIRONMENT = 'demo';

/** A short lease, so that a killed worker is missed within seconds. */
export const DEMO_WORKER: WorkerOptions = { concurrency: 20, leaseSeconds: 2, pollIntervalMs: 200 };
