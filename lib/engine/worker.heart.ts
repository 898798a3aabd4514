import { Inject, Injectable, Logger } from '@nestjs/common';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { WorkerGateway } from '../persistence/worker.gateway.js';
import { FactPublisher } from './fact.publisher.js';
import { ReadySignal } from './ready.signal.js';
import { WorkerIdentity } from './worker.identity.js';
import { Worker } from './worker.js';

/** Renews this worker's lease three times as often as it would run out, and looks after the workers that fell silent. */
@Injectable()
export class WorkerHeart {
  private readonly logger = new Logger('TaskerWorker');
  private timer: NodeJS.Timeout | undefined;
  private beating: Promise<void> = Promise.resolve();
  private active = false;
  private failing = false;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly gateway: WorkerGateway,
    private readonly identity: WorkerIdentity,
    private readonly worker: Worker,
    private readonly ready: ReadySignal,
    private readonly facts: FactPublisher,
  ) {}

  start(): void {
    if (this.active) return;
    this.active = true;
    this.beatLater();
  }

  async stop(): Promise<void> {
    this.active = false;
    clearTimeout(this.timer);
    await this.beating;
  }

  /** One beat: renews the lease, takes back the steps of lost workers, folds the state totals, clears the hot tables. */
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
    await this.gateway.foldStateTotals();
    await this.gateway.vacuumHotTables();
  }

  private beatLater(): void {
    if (!this.active) return;
    const intervalMs = (this.options.worker.leaseSeconds * 1_000) / 3;
    this.timer = setTimeout(() => {
      this.beating = this.beat().then(() => this.beatLater());
    }, intervalMs);
  }

  private async beat(): Promise<void> {
    try {
      await this.beatOnce();
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.logger.error('A heartbeat failed; it will be tried again.', error);
      this.failing = true;
    }
  }
}
