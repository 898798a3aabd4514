import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { RetentionGateway } from '../persistence/retention.gateway.js';

const SECONDS_A_DAY = 86_400;

/** Removes finished tasks that are older than the option `retention.afterDays`, batch by batch, each in a transaction of its own. */
@Injectable()
export class TaskRetention {
  private readonly logger = new Logger('TaskerRetention');
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();
  private stopping: AbortController | undefined;
  private failing = false;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly gateway: RetentionGateway,
  ) {}

  /** Does nothing where the option is off. */
  start(): void {
    if (this.stopping || this.options.retention.afterDays === null) return;
    this.stopping = new AbortController();
    this.sweepLater(this.stopping.signal);
  }

  async stop(): Promise<void> {
    this.stopping?.abort();
    this.stopping = undefined;
    clearTimeout(this.timer);
    await this.sweeping;
  }

  /**
   * One sweep over everything that is old enough; answers how many tasks it removed. After each batch it rests for as long
   * as that took, so that also the first sweep over years of tasks leaves the database half of the time.
   *
   * @param signal ends the sweep after the batch under way
   */
  async runOnce(signal?: AbortSignal): Promise<number> {
    const { afterDays, batchSize, archive } = this.options.retention;
    if (afterDays === null) return 0;
    let removed = 0;
    let afterId = '0';
    for (;;) {
      const began = performance.now();
      const batch = await this.gateway.removeFinished(afterDays * SECONDS_A_DAY, afterId, batchSize, archive);
      removed += batch.removed;
      afterId = batch.lastId;
      if (batch.isEnd) return removed;
      await pause(performance.now() - began, undefined, { signal }).catch(() => undefined); // only an abort rejects
      if (signal?.aborted) return removed;
    }
  }

  private sweepLater(signal: AbortSignal): void {
    if (signal.aborted) return;
    const intervalMs = this.options.retention.intervalSeconds * 1_000;
    this.timer = setTimeout(
      () => {
        this.sweeping = this.sweep(signal).then(() => this.sweepLater(signal));
      },
      intervalMs * (0.9 + Math.random() * 0.2), // processes that started together do not all come at once
    );
  }

  private async sweep(signal: AbortSignal): Promise<void> {
    try {
      const removed = await this.runOnce(signal);
      if (removed > 0) this.logger.log(`Removed ${removed} finished tasks.`);
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.logger.error('Old tasks could not be removed; it will be tried again.', error);
      this.failing = true;
    }
  }
}
