import { Inject, Injectable, Logger } from '@nestjs/common';
import { TASKER_OPTIONS } from '../../options/options.module.js';
import type { ResolvedOptions } from '../../options/resolve.options.js';
import { Database } from '../../persistence/database.js';
import { MAX_CONNECTION_WAIT_MS, nextConcurrency, type LoadSample } from './concurrency.controller.js';
import { EventLoopDelay } from './event-loop.delay.js';
import { BackgroundService } from '../../background/background.service.js';
import { RecurringWork } from '../../background/recurring.work.js';
import { WorkerLoop } from './worker.loop.js';
import { Worker } from './worker.js';

const INTERVAL_MS = 1_000;
/**
 * A longer wait gives no more information, and would delay the shutdown of a process whose handlers hold all
 * connections.
 */
const LONGEST_WAIT_MS = 2 * MAX_CONNECTION_WAIT_MS;

/**
 * Adjusts the number of concurrent steps between `worker.minConcurrency` and `worker.concurrency`, by the delay of the event loop
 * and the wait for connections. Does nothing if the two options are equal.
 */
@Injectable()
export class ConcurrencyGovernor extends BackgroundService {
  private readonly logger = new Logger('TaskerWorker');
  private readonly delay = new EventLoopDelay();
  private readonly measuring: RecurringWork;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly database: Database,
    private readonly worker: Worker,
    private readonly loop: WorkerLoop,
  ) {
    super();
    this.measuring = new RecurringWork({
      run: (signal) => this.measure(signal),
      intervalMs: INTERVAL_MS,
      trouble: 'Failed to measure the load',
      logger: this.logger,
    });
  }

  /** Sets the limit that follows from this load, and returns it. */
  runOnce(load: LoadSample): number {
    const { minConcurrency, concurrency: max } = this.options.worker;
    const limit = nextConcurrency(this.worker.limit, load, { min: minConcurrency ?? max, max });
    if (limit !== this.worker.limit) {
      this.logger.debug(
        `Changed the limit of concurrent steps to ${limit}, because of the measured load: ${JSON.stringify(load)}.`,
      );
      this.worker.limitTo(limit);
      this.loop.wake(); // the new limit may allow more steps
    }
    return limit;
  }

  protected async onStart(): Promise<void> {
    const { minConcurrency, concurrency } = this.options.worker;
    if (minConcurrency === null || minConcurrency === concurrency) return;
    this.worker.limitTo(minConcurrency);
    this.delay.start();
    await this.measuring.start();
  }

  protected async onStop(): Promise<void> {
    this.delay.stop();
    await this.measuring.stop();
  }

  private async measure(signal: AbortSignal): Promise<void> {
    const isSaturated = this.worker.takePeak() >= this.worker.limit;
    const eventLoopDelayMs = this.delay.take();
    const connectionWaitMs = await this.database.measureConnectionWait(LONGEST_WAIT_MS);
    if (!signal.aborted) this.runOnce({ eventLoopDelayMs, connectionWaitMs, isSaturated });
  }
}
