import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { TASKER_OPTIONS } from '../../options/options.module.js';
import type { ResolvedOptions } from '../../options/resolve.options.js';
import { EventBus } from '../../events/event.bus.js';
import { now } from '../../events/event.time.js';
import { RetentionGateway } from '../../persistence/retention.gateway.js';
import { BackgroundService } from '../../background/background.service.js';
import { RecurringWork } from '../../background/recurring.work.js';
import { StandingFaults } from '../../background/standing.faults.js';

const SECONDS_A_DAY = 86_400;

/**
 * Removes finished tasks that are older than the option `retention.afterDays`, batch by batch, each in its own transaction.
 */
@Injectable()
export class TaskRetention extends BackgroundService {
  private readonly logger = new Logger('TaskerRetention');
  private readonly sweeping: RecurringWork;
  private readonly tooLarge = new Set<string>();

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly gateway: RetentionGateway,
    private readonly bus: EventBus,
    faults: StandingFaults,
  ) {
    super();
    this.sweeping = new RecurringWork({
      run: (signal) => this.runOnce(signal),
      intervalMs: options.retention.intervalSeconds * 1_000,
      trouble: 'Failed to remove old tasks',
      logger: this.logger,
      fault: { faults, key: 'retention', sentence: 'Old tasks cannot be removed and accumulate.' },
    });
  }

  /**
   * Sweeps once over all tasks that are old enough. Returns the number of removed tasks. After each batch, it rests for
   * the duration of the batch, so that even a first sweep over years of tasks leaves half of the time to other work.
   *
   * @param signal ends the sweep after the current batch
   */
  async runOnce(signal?: AbortSignal): Promise<number> {
    const { afterDays, batchSize, archive } = this.options.retention;
    if (afterDays === null) return 0;
    let removed = 0;
    let afterId = '0';
    let isEnd: boolean;
    try {
      do {
        const began = performance.now();
        const batch = await this.gateway.removeFinished(afterDays * SECONDS_A_DAY, afterId, batchSize, archive);
        removed += batch.removed;
        this.sayTooLarge(batch.tooLarge);
        ({ lastId: afterId, isEnd } = batch);
        if (!isEnd) await pause(performance.now() - began, undefined, { signal }).catch(() => undefined); // only an abort rejects
      } while (!isEnd && !signal?.aborted);
    } finally {
      this.report(removed, archive); // each batch was committed, also if a later one failed
    }
    return removed;
  }

  private report(removed: number, archived: boolean): void {
    if (removed === 0) return;
    this.logger.log(`Removed ${removed} finished tasks.`);
    this.bus.publish('retention.removed', { removed, archived, at: now() });
  }

  protected async onStart(): Promise<void> {
    if (this.options.retention.afterDays !== null) await this.sweeping.start();
  }

  protected async onStop(): Promise<void> {
    await this.sweeping.stop();
  }

  /** Logged once for each task and process, because each sweep finds them again. */
  private sayTooLarge(taskIds: readonly string[]): void {
    const unsaid = taskIds.filter((id) => !this.tooLarge.has(id));
    if (unsaid.length === 0) return;
    for (const id of unsaid) this.tooLarge.add(id);
    this.logger.warn(
      `Did not remove finished tasks that are too large to archive: ${unsaid.join(', ')}. Raise the option database.maxReadBytes, ` +
        'or set retention.archive to false.',
    );
  }
}
