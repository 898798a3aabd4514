import { Inject, Injectable, Logger } from '@nestjs/common';
import { TASKER_OPTIONS } from '../../options/options.module.js';
import type { ResolvedOptions } from '../../options/resolve.options.js';
import { WorkerGateway } from '../../persistence/worker.gateway.js';
import { EngineSignals } from '../engine.signals.js';
import { EventPublisher } from '../events/event.publisher.js';
import { ReadyNotifier } from '../ready.notifier.js';
import { BackgroundService } from '../../background/background.service.js';
import { RecurringWork } from '../../background/recurring.work.js';
import { StandingFaults } from '../../background/standing.faults.js';
import { StepTemplateCache } from './step-template.cache.js';
import { WorkerIdentity } from './worker.identity.js';
import { Worker } from './worker.js';

/** Readers of the totals have to add up the changes since the last time. */
const FOLD_MS = 2_000;
/** A failed renewal is tried again in the remaining time of the lease. */
const RETRY_MS = 1_000;

/**
 * A check reads the whole queue, and a recount reads all tasks and steps. The pause after each is this many times its
 * duration, so that they are rarer if tables are large.
 */
const PAUSES = 100;

const LOST_STEPS_REFUSED =
  'The database refuses to take back some steps of lost workers; they stay in progress. Will retry.';

const TOTALS_REFUSED =
  'The database refuses to store the totals by state, which are wrong until it accepts them. Steps continue to run.';

/** Work that is done a few times during a lease, regardless of the other duties. */
interface Duty {
  readonly key: string;
  readonly run: () => Promise<unknown>;
  readonly trouble: string;
  /** The fault and its consequence, for readiness. */
  readonly sentence: string;
  /** As in `RecurringWork`. */
  readonly retryMs?: number;
  /** As in `RecurringWork`. */
  readonly pauses?: number;
}

/**
 * Renews the lease of this worker three times within its duration, takes back the steps of lost workers, and maintains
 * the tables. The duties neither wait for each other nor fail together.
 */
@Injectable()
export class WorkerMaintenance extends BackgroundService {
  private readonly logger = new Logger('TaskerWorker');
  private readonly duties: readonly Duty[] = [
    {
      key: 'lease',
      run: () => this.renewLease(),
      trouble: 'Failed to renew the lease',
      sentence: 'The lease of this worker cannot be renewed; it will be declared lost.',
      retryMs: RETRY_MS,
    },
    {
      key: 'leased_steps',
      run: () => this.checkOnce(),
      trouble: 'Failed to search for leased steps that do not run',
      sentence: 'Steps that are leased to this worker but do not run cannot be detected and may stay in progress.',
    },
    {
      key: 'lost_workers',
      run: () => this.reap(),
      trouble: 'Failed to search for lost workers',
      sentence: 'This process cannot take back the steps of lost workers.',
    },
    {
      key: 'limit_starts',
      run: () => this.gateway.forgetLimitStarts(),
      trouble: 'Failed to remove old starts of rate-limited steps',
      sentence: 'Old starts of rate-limited steps cannot be removed and accumulate.',
    },
    {
      key: 'vacuuming',
      run: () => this.gateway.vacuumHotTables(),
      trouble: 'Failed to vacuum the queue',
      sentence: 'The tables of the queue cannot be vacuumed; claims become slower.',
    },
  ];
  private readonly works: readonly RecurringWork[];
  private lastBeat: Date | null = null;
  /** By `performance.now()`. */
  private nextCheckAt = 0;

  constructor(
    @Inject(TASKER_OPTIONS) options: ResolvedOptions,
    private readonly gateway: WorkerGateway,
    private readonly identity: WorkerIdentity,
    private readonly worker: Worker,
    private readonly definitions: StepTemplateCache,
    private readonly ready: ReadyNotifier,
    private readonly events: EventPublisher,
    private readonly faults: StandingFaults,
    private readonly signals: EngineSignals,
  ) {
    super();
    const folding: Duty = {
      key: 'totals',
      run: () => this.gateway.foldStateTotals(),
      trouble: 'Failed to add up the state totals',
      sentence: 'The state totals cannot be added up; reading them becomes slower.',
    };
    const recounting: Duty = {
      key: 'recount',
      run: () => this.recountOnce(),
      trouble: 'Failed to correct the state totals',
      sentence: 'The state totals may lack changes and cannot be corrected.',
      pauses: PAUSES,
    };
    const beatMs = (options.worker.leaseSeconds * 1_000) / 3;
    this.works = [
      ...this.duties.map((duty) => this.recurring(duty, beatMs)),
      this.recurring(folding, FOLD_MS),
      this.recurring(recounting, FOLD_MS),
    ];
  }

  /** The time of the latest recorded heartbeat, or null. */
  get lastHeartbeatAt(): Date | null {
    return this.lastBeat;
  }

  /**
   * Carries out each duty once.
   * @throws the error of the first duty that failed, after all have been tried
   */
  async runOnce(): Promise<void> {
    const failures: unknown[] = [];
    for (const { run } of this.duties) await run().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }

  protected async onStart(): Promise<void> {
    await Promise.all(this.works.map((work) => work.start()));
  }

  protected async onStop(): Promise<void> {
    await Promise.all(this.works.map((work) => work.stop()));
  }

  private recurring({ key, run, trouble, sentence, retryMs, pauses = 0 }: Duty, intervalMs: number): RecurringWork {
    const fault = { faults: this.faults, key, sentence };
    return new RecurringWork({
      run,
      intervalMs,
      retryMs: Math.min(retryMs ?? intervalMs, intervalMs),
      pauses,
      trouble,
      logger: this.logger,
      fault,
    });
  }

  private async renewLease(): Promise<void> {
    const workerId = this.identity.current();
    if (workerId === null) return;
    if (await this.gateway.heartbeat(workerId)) {
      this.lastBeat = new Date();
      return;
    }
    this.worker.leaseLost(workerId);
    this.signals.workReady.emit(); // the dropped steps made room, and nothing else wakes the loop
  }

  /** Compares the leases of this worker with the steps that run here, and looks for templates that were missing. */
  async checkOnce(): Promise<void> {
    await this.definitions.recheck();
    const began = performance.now();
    if (this.identity.current() === null || began < this.nextCheckAt) return;
    await this.worker.returnUnknown();
    const endedAt = performance.now();
    this.nextCheckAt = endedAt + PAUSES * (endedAt - began);
  }

  /** Checks whether the totals lack changes, and recounts if so. */
  async recountOnce(): Promise<void> {
    const refusal = await this.gateway.recountStateTotals();
    if (refusal === null) this.faults.clear('lost_totals');
    else this.faults.report('lost_totals', TOTALS_REFUSED, refusal);
  }

  private async reap(): Promise<void> {
    const reaped = await this.gateway.reapLostWorkers();
    if (reaped.steps.length > 0) this.ready.notifyAll();
    this.events.publishReaped(reaped);
    if (reaped.refusals.length === 0) this.faults.clear('lost_steps');
    else this.faults.report('lost_steps', LOST_STEPS_REFUSED, reaped.refusals);
  }
}
