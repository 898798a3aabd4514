import { Inject, Injectable, Logger } from '@nestjs/common';
import { BackgroundService } from '../background/background.service.js';
import { forEachApart } from '../background/each.apart.js';
import { RecurringWork } from '../background/recurring.work.js';
import { StandingFaults } from '../background/standing.faults.js';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { AuditGateway } from '../persistence/audit.gateway.js';
import { sealed } from './audit.chain.js';

const SECONDS_A_DAY = 86_400;
const INTERVAL_MS = 3_600_000;
/** The number of entries that one transaction removes. */
const BATCH = 5_000;

/**
 * Removes entries of the audit log that are older than the option `audit.keepDays`, always from the beginning of a chain.
 * The chain says so in an entry, without which the verification would report them as missing.
 */
@Injectable()
export class AuditRetention extends BackgroundService {
  private readonly logger = new Logger('TaskerAudit');
  private readonly sweeping: RecurringWork;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: Pick<ResolvedOptions, 'audit'>,
    private readonly gateway: AuditGateway,
    faults: StandingFaults,
  ) {
    super();
    this.sweeping = new RecurringWork({
      run: (signal) => this.runOnce(signal),
      intervalMs: INTERVAL_MS,
      trouble: 'Failed to remove old entries of the audit log',
      logger: this.logger,
      fault: {
        faults,
        key: 'audit_retention',
        sentence: 'Old entries of the audit log cannot be removed and accumulate.',
      },
    });
  }

  /**
   * Removes what is old enough, batch by batch. Returns the number of entries.
   * @param signal ends the sweep after the current batch
   */
  async runOnce(signal?: AbortSignal): Promise<number> {
    const { keepDays } = this.options.audit;
    if (keepDays === null) return 0;
    let count = 0;
    await forEachApart(await this.gateway.chains(null), async ({ namespace }) => {
      let batch = BATCH;
      while (batch === BATCH && !signal?.aborted) {
        batch = await this.gateway.removeOld(namespace, keepDays * SECONDS_A_DAY, BATCH, sealed);
        count += batch;
      }
    });
    if (count > 0) this.logger.log(`Removed ${count} old entries of the audit log.`);
    return count;
  }

  protected async onStart(): Promise<void> {
    await this.sweeping.start();
  }

  protected async onStop(): Promise<void> {
    await this.sweeping.stop();
  }
}
