import { Inject, Injectable, Logger } from '@nestjs/common';
import { BackgroundService } from '../background/background.service.js';
import { RecurringWork } from '../background/recurring.work.js';
import { StandingFaults } from '../background/standing.faults.js';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { WebhookDeliveryGateway } from '../persistence/webhook-delivery.gateway.js';

const SECONDS_A_DAY = 86_400;
const INTERVAL_MS = 300_000;
/** The number of deliveries that one transaction removes. */
const BATCH_SIZE = 500;

/** Removes deliveries that ended more days ago than the options say. */
@Injectable()
export class DeliveryRetention extends BackgroundService {
  private readonly sweeping: RecurringWork;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly gateway: WebhookDeliveryGateway,
    faults: StandingFaults,
  ) {
    super();
    this.sweeping = new RecurringWork({
      run: (signal) => this.runOnce(signal),
      intervalMs: INTERVAL_MS,
      trouble: 'Failed to remove old webhook deliveries',
      logger: new Logger('TaskerWebhooks'),
      fault: {
        faults,
        key: 'webhook_retention',
        sentence: 'Old webhook deliveries cannot be removed and accumulate.',
      },
    });
  }

  /** Returns the number of removed deliveries. */
  async runOnce(signal?: AbortSignal): Promise<number> {
    const { keepDays, keepFailedDays } = this.options.webhooks;
    let removed = 0;
    let some: number;
    do {
      some = await this.gateway.removeOld(keepDays * SECONDS_A_DAY, keepFailedDays * SECONDS_A_DAY, BATCH_SIZE);
      removed += some;
    } while (some === BATCH_SIZE && !signal?.aborted);
    return removed;
  }

  protected async onStart(): Promise<void> {
    await this.sweeping.start();
  }

  protected async onStop(): Promise<void> {
    await this.sweeping.stop();
  }
}
