import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { TASKER_OPTIONS } from '../options/options.module.js';
import { inOwnContext } from '../options/own.context.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { patiently } from '../persistence/start.patience.js';
import { withinTime } from '../persistence/time.limit.js';
import { WorkerGateway } from '../persistence/worker.gateway.js';
import { ConcurrencyGovernor } from './steps/concurrency.governor.js';
import { ReadySignal } from './ready.signal.js';
import { FinalHookRunner } from './tasks/final-hook.runner.js';
import { TaskRetention } from './tasks/task.retention.js';
import { WorkerMaintenance } from './steps/worker.maintenance.js';
import { WorkerIdentity } from './steps/worker.identity.js';
import { WorkerLoop } from './steps/worker.loop.js';
import { CancellationWatcher } from './steps/cancellation.watcher.js';

/**
 * How long the shutdown waits for running housekeeping statements, in milliseconds. Some, such as a vacuum, may take minutes, and
 * nothing is lost if they are cut off.
 */
export const HOUSEKEEPING_MS = 200;

/** Starts the long-lived parts and stops them. The root says when: steps begin last, and their shutdown comes first. */
@Injectable()
export class EngineLifecycle implements OnApplicationBootstrap {
  private readonly logger = new Logger('TaskerWorker');
  private starting: Promise<void> | undefined;
  private stopping: Promise<void> | undefined;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly ready: ReadySignal,
    private readonly loop: WorkerLoop,
    private readonly maintenance: WorkerMaintenance,
    private readonly cancellations: CancellationWatcher,
    private readonly retention: TaskRetention,
    private readonly finalHooks: FinalHookRunner,
    private readonly governor: ConcurrencyGovernor,
    private readonly identity: WorkerIdentity,
    private readonly gateway: WorkerGateway,
  ) {}

  /** Asked to start, whether or not it has come to be up. */
  get isStarted(): boolean {
    return this.starting !== undefined;
  }

  /** Since the application began to shut down. */
  get isStopping(): boolean {
    return this.stopping !== undefined;
  }

  /** Other modules may start tasks while they boot, and processes that are up already hear of those. */
  async onApplicationBootstrap(): Promise<void> {
    await this.ready.start();
    const { enabled, start } = this.options.worker;
    if (enabled && start === 'manual') this.logger.log('The worker waits until TaskerWorker.start() is called.');
  }

  /**
   * Runs steps from now on, in a process that is meant to. Starting twice is one start; after `stop` it does nothing.
   * @throws what the database threw; it may be called again then
   */
  start(): Promise<void> {
    return (this.starting ??= inOwnContext(() => this.startOrForget()));
  }

  /** Parts above that need the database to stop wait for this, too: steps may hold all connections until they are aborted. */
  stop(): Promise<void> {
    return (this.stopping ??= inOwnContext(() => this.stopAll()));
  }

  private async startOrForget(): Promise<void> {
    try {
      await this.startAll();
    } catch (error) {
      this.starting = undefined;
      throw error;
    }
  }

  private async startAll(): Promise<void> {
    if (!this.options.worker.enabled || this.isStopping) return;
    const register = async (): Promise<string | null> => (this.isStopping ? null : this.identity.get());
    if ((await patiently('register the worker', register)) === null) return;
    this.governor.start();
    this.loop.start();
    this.maintenance.start();
    this.cancellations.start();
    this.retention.start();
    this.finalHooks.start();
  }

  private async stopAll(): Promise<void> {
    await this.starting?.catch(() => undefined); // the caller of `start` is told
    const swept = this.retention.stop();
    // Two wait for code of the host, and need the lease and the search for cancelled steps until then.
    await Promise.all([this.governor.stop(), this.loop.stop(), this.finalHooks.stop()]);
    const rest = Promise.all([swept, this.cancellations.stop(), this.maintenance.stop(), this.ready.stop()]);
    await withinTime<unknown>(rest, HOUSEKEEPING_MS, () => undefined);
    const workerId = this.identity.current();
    // Forgotten first: an application that is closed again has no data source to say it with any more.
    if (workerId !== null && this.identity.forget(workerId)) await this.gateway.stop(workerId);
  }
}
