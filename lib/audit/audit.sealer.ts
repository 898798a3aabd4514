import { Injectable, Logger } from '@nestjs/common';
import { BackgroundService } from '../background/background.service.js';
import { RecurringWork } from '../background/recurring.work.js';
import { StandingFaults } from '../background/standing.faults.js';
import { AuditGateway } from '../persistence/audit.gateway.js';
import { sealed } from './audit.chain.js';

const INTERVAL_MS = 1_000;
const BATCH = 1_000;

/** Moves entries of the audit log into the chains of their namespaces. */
@Injectable()
export class AuditSealer extends BackgroundService {
  private readonly sealing: RecurringWork;

  constructor(
    private readonly gateway: AuditGateway,
    faults: StandingFaults,
  ) {
    super();
    this.sealing = new RecurringWork({
      run: (signal) => this.runOnce(signal),
      intervalMs: INTERVAL_MS,
      trouble: 'Failed to seal entries of the audit log',
      logger: new Logger('TaskerAudit'),
      fault: { faults, key: 'audit', sentence: 'Entries of the audit log cannot be sealed and accumulate.' },
    });
  }

  /**
   * Seals all entries. Returns their number.
   * @param signal ends the pass after the current batch
   */
  async runOnce(signal?: AbortSignal): Promise<number> {
    let count = 0;
    for (const namespace of await this.gateway.unsealedNamespaces()) {
      let batch: number;
      do {
        if (signal?.aborted) return count;
        batch = await this.gateway.seal(namespace, BATCH, sealed);
        count += batch;
      } while (batch === BATCH);
    }
    return count;
  }

  protected async onStart(): Promise<void> {
    await this.sealing.start();
  }

  protected async onStop(): Promise<void> {
    await this.sealing.stop();
  }
}
