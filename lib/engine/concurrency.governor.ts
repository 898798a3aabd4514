import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { Database } from '../persistence/database.js';
import { nextConcurrency, type LoadSample } from './concurrency.controller.js';
import { WorkerLoop } from './worker.loop.js';
import { Worker } from './worker.js';

const INTERVAL_MS = 1_000;
/** Of the timer by which the event loop is watched; it is part of what the histogram shows. */
const RESOLUTION_MS = 20;
const NANOSECONDS = 1_000_000;

/**
 * Moves the number of steps at the same time between `worker.minConcurrency` and `worker.concurrency`, by what the event loop
 * and the connection pool say. Does nothing where the two are the same.
 */
@Injectable()
export class ConcurrencyGovernor {
  private readonly logger = new Logger('TaskerWorker');
  private delays: IntervalHistogram | undefined;
  private timer: NodeJS.Timeout | undefined;
  private measuring: Promise<void> = Promise.resolve();
  private active = false;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly database: Database,
    private readonly worker: Worker,
    private readonly loop: WorkerLoop,
  ) {}

  start(): void {
    const { minConcurrency, concurrency } = this.options.worker;
    if (this.active || minConcurrency === null || minConcurrency === concurrency) return;
    this.active = true;
    this.worker.limitTo(minConcurrency);
    this.delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    this.delays.enable();
    this.measureLater();
  }

  async stop(): Promise<void> {
    this.active = false;
    clearTimeout(this.timer);
    this.delays?.disable();
    await this.measuring;
  }

  /** Sets the limit that follows from this load, and answers it. */
  runOnce(load: LoadSample): number {
    const { minConcurrency, concurrency: max } = this.options.worker;
    const limit = nextConcurrency(this.worker.limit, load, { min: minConcurrency ?? max, max });
    if (limit !== this.worker.limit) {
      this.worker.limitTo(limit);
      this.loop.wake(); // there may be room now
    }
    return limit;
  }

  private measureLater(): void {
    if (!this.active) return;
    this.timer = setTimeout(() => {
      this.measuring = this.measure().then(() => this.measureLater());
    }, INTERVAL_MS);
  }

  private async measure(): Promise<void> {
    const isSaturated = this.worker.capacity === 0;
    const eventLoopDelayMs = Math.max(0, this.delays!.mean / NANOSECONDS - RESOLUTION_MS);
    this.delays!.reset();
    try {
      const connectionWaitMs = await this.database.measureConnectionWait();
      if (this.active) this.runOnce({ eventLoopDelayMs, connectionWaitMs, isSaturated });
    } catch (error) {
      // The database cannot be reached, which the worker's own passes tell and bear; no sample, no change.
      this.logger.debug(`No connection to measure the wait for: ${String(error)}`);
    }
  }
}
