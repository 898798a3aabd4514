import { Injectable, Logger } from '@nestjs/common';
import { BackgroundService } from '../background/background.service.js';
import { forEachApart } from '../background/each.apart.js';
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
    // A chain whose tables somebody has changed must not stop the others.
    await forEachApart(await this.gateway.unsealedNamespaces(), async (namespace) => {
      let batch = BATCH;
      while (batch === BATCH && !signal?.aborted) {
        batch = await this.gateway.seal(namespace, BATCH, sealed);
        count += batch;
      }
    });
    return count;
  }

  protected async onStart(): Promise<void> {
    await this.sealing.start();
  }

  protected async onStop(): Promise<void> {
    await this.sealing.stop();
  }
}
