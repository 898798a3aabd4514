import { Inject, Injectable, Logger } from '@nestjs/common';
import { TASKER_OPTIONS } from '../../options/options.module.js';
import type { ResolvedOptions } from '../../options/resolve.options.js';
import { WorkerGateway } from '../../persistence/worker.gateway.js';
import { FactPublisher } from './fact.publisher.js';
import { ReadySignal } from '../ready.signal.js';
import { RecurringWork } from '../recurring.work.js';
import { WorkerIdentity } from './worker.identity.js';
import { Worker } from './worker.js';

/** Until the totals are added up, whoever reads them adds up what changed since. */
const FOLD_MS = 2_000;

/** Renews this worker's lease three times as often as it would run out, and looks after the workers that fell silent. */
@Injectable()
export class WorkerHeart {
  private readonly logger = new Logger('TaskerWorker');
  private readonly beating: RecurringWork;
  private readonly folding: RecurringWork;

  constructor(
    @Inject(TASKER_OPTIONS) options: ResolvedOptions,
    private readonly gateway: WorkerGateway,
    private readonly identity: WorkerIdentity,
    private readonly worker: Worker,
    private readonly ready: ReadySignal,
    private readonly facts: FactPublisher,
  ) {
    this.beating = new RecurringWork({
      run: () => this.beatOnce(),
      intervalMs: (options.worker.leaseSeconds * 1_000) / 3,
      trouble: 'A heartbeat failed',
      logger: this.logger,
    });
    this.folding = new RecurringWork({
      run: () => this.gateway.foldStateTotals(),
      intervalMs: FOLD_MS,
      trouble: 'The state totals could not be added up',
      logger: this.logger,
    });
  }

  start(): void {
    this.beating.start();
    this.folding.start();
  }

  async stop(): Promise<void> {
    await Promise.all([this.beating.stop(), this.folding.stop()]);
  }

  /** One beat: renews the lease, takes back the steps of lost workers, clears the tables up. */
  async beatOnce(): Promise<void> {
    const workerId = this.identity.current();
    if (workerId !== null && !(await this.gateway.heartbeat(workerId))) {
      this.worker.leaseLost(workerId);
      this.ready.onReady(); // what it dropped makes room, and nobody else will tell it to look
    }
    const reaped = await this.gateway.reapLostWorkers();
    if (reaped.workers.length > 0) this.logger.warn(`Lost workers: ${reaped.workers.join(', ')}. Their steps go back.`);
    if (reaped.steps.length > 0) this.ready.tellAll();
    this.facts.publishReaped(reaped);
    await this.gateway.forgetLimitStarts();
    await this.gateway.vacuumHotTables();
  }
}
