import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { backoffSeconds, type BackoffPolicy } from '../workflow/backoff.js';
import { isOutage, outageReason } from './sql.errors.js';

/** The time for which TypeORM tries to open its first connection by default. */
const PATIENCE_MS = 30_000;
const BACKOFF: BackoffPolicy = { baseSeconds: 0.1, factor: 2, maxSeconds: 3, jitter: 0.2 };

/**
 * Runs a part of the start, and retries it for half a minute while the database cannot be reached, so that a process
 * that starts during a failover waits for its end.
 *
 * @param aim completes "Cannot …" in the log
 * @throws the error of `work`, if it is not an outage or the time is over
 */
export async function patiently<T>(aim: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      const waitMs = backoffSeconds(BACKOFF, tries) * 1_000;
      if (!isOutage(error) || performance.now() - began + waitMs > PATIENCE_MS) throw error;
      if (tries === 1) {
        const forSeconds = PATIENCE_MS / 1_000;
        new Logger('TaskerDatabase').warn(`Cannot ${aim}: ${outageReason(error)}. Retrying for ${forSeconds} s.`);
      }
      await pause(waitMs);
    }
  }
}
