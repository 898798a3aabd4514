import { Inject, Injectable, Logger } from '@nestjs/common';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { Database } from '../persistence/database.js';
import { MAX_CONNECTION_WAIT_MS, nextConcurrency, type LoadSample } from './concurrency.controller.js';
import { EventLoopDelay } from './event-loop.delay.js';
import { WorkerLoop } from './worker.loop.js';
import { Worker } from './worker.js';

const INTERVAL_MS = 1_000;
/** A longer wait says nothing more, and would keep a process from stopping while its handlers hold the pool. */
const LONGEST_WAIT_MS = 2 * MAX_CONNECTION_WAIT_MS;

/**
 * Moves the number of steps at the same time between `worker.minConcurrency` and `worker.concurrency`, by what the event loop
 * and the connection pool say. Does nothing where the two are the same.
 */
@Injectable()
export class ConcurrencyGovernor {
  private readonly logger = new Logger('TaskerWorker');
  private readonly delay = new EventLoopDelay();
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
    this.delay.start();
    this.measureLater();
  }

  async stop(): Promise<void> {
    this.active = false;
    clearTimeout(this.timer);
    this.delay.stop();
    await this.measuring;
  }

  /** Sets the limit that follows from this load, and answers it. */
  runOnce(load: LoadSample): number {
    const { minConcurrency, concurrency: max } = this.options.worker;
    const limit = nextConcurrency(this.worker.limit, load, { min: minConcurrency ?? max, max });
    if (limit !== this.worker.limit) {
      this.logger.debug(`Up to ${limit} steps at the same time, after ${JSON.stringify(load)}.`);
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
    const isSaturated = this.worker.takePeak() >= this.worker.limit;
    const eventLoopDelayMs = this.delay.take();
    const connectionWaitMs = await this.database.measureConnectionWait(LONGEST_WAIT_MS);
    if (this.active) this.runOnce({ eventLoopDelayMs, connectionWaitMs, isSaturated });
  }
}
