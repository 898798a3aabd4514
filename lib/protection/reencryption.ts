import { Injectable, Logger } from '@nestjs/common';
import { BackgroundService } from '../background/background.service.js';
import { forEachApart } from '../background/each.apart.js';
import { RecurringWork } from '../background/recurring.work.js';
import { StandingFaults } from '../background/standing.faults.js';
import { SensitiveValueGateway, type LocatedSensitiveValues } from '../persistence/sensitive-value.gateway.js';
import { KeyRing } from './key.ring.js';
import { contextOf, resultsOf, SensitiveDataService } from './sensitive-data.service.js';

const INTERVAL_MS = 60_000;
const BATCH = 200;

/**
 * Encrypts values again that have another key than the current one, or none. Workers go on meanwhile: what changes in the
 * meantime is left to the next pass. Several processes may do it at the same time.
 */
@Injectable()
export class Reencryption extends BackgroundService {
  private readonly logger = new Logger('TaskerSensitiveData');
  private readonly work: RecurringWork;

  constructor(
    private readonly gateway: SensitiveValueGateway,
    private readonly data: SensitiveDataService,
    private readonly keys: KeyRing,
    faults: StandingFaults,
  ) {
    super();
    this.work = new RecurringWork({
      run: (signal) => this.runOnce(signal),
      intervalMs: INTERVAL_MS,
      trouble: 'Failed to encrypt sensitive values again',
      logger: this.logger,
      fault: {
        faults,
        key: 'reencryption',
        sentence: 'Sensitive values cannot be encrypted again with the current key.',
      },
    });
  }

  /**
   * Encrypts everything again that needs it. Returns the number of documents.
   * @param signal ends the pass after the current batch
   */
  async runOnce(signal?: AbortSignal): Promise<number> {
    const current = this.keys.current;
    if (!current) return 0;
    let count = 0;
    const outdated = (await this.gateway.keysInUse()).filter((keyId) => keyId !== current.id);
    await forEachApart(outdated, async (keyId) => {
      const changed = await this.replaceAll(keyId, signal);
      const from = keyId === null ? 'that were not encrypted' : `from the key ${JSON.stringify(keyId)}`;
      if (changed > 0)
        this.logger.log(`Encrypted ${changed} documents ${from} with the key ${JSON.stringify(current.id)}.`);
      count += changed;
    });
    return count;
  }

  private async replaceAll(keyId: string | null, signal?: AbortSignal): Promise<number> {
    let changed = 0;
    let batch: readonly LocatedSensitiveValues[] = [];
    let unreadable: PromiseRejectedResult | undefined;
    do {
      batch = await this.gateway.ofKey(keyId, batch.at(-1) ?? null, BATCH);
      const renewed = await Promise.allSettled(batch.map(async (old) => ({ old, next: await this.renewed(old) })));
      changed += await this.gateway.replace(
        renewed.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])),
      );
      unreadable ??= renewed.find((each) => each.status === 'rejected');
    } while (batch.length > 0 && !signal?.aborted);
    if (unreadable) throw unreadable.reason; // the others had their turn
    return changed;
  }

  private async renewed(old: LocatedSensitiveValues) {
    const place = old.step ? resultsOf(old.namespace, old.task, old.step.name) : contextOf(old.namespace, old.task);
    return this.data.stored(await this.data.read(old, place), place);
  }

  protected async onStart(): Promise<void> {
    await this.work.start();
  }

  protected async onStop(): Promise<void> {
    await this.work.stop();
  }
}
