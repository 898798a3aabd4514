import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { BackgroundService } from '../background/background.service.js';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { patiently } from '../persistence/start.patience.js';
import { withinTime } from '../persistence/time.limit.js';
import { WorkerGateway } from '../persistence/worker.gateway.js';
import { EventBus } from '../events/event.bus.js';
import { now } from '../events/event.time.js';
import { StepHandlerRegistry } from '../handlers/step-handler.registry.js';
import { ConcurrencyGovernor } from './steps/concurrency.governor.js';
import { ReadyNotifier } from './ready.notifier.js';
import { FinalHookRunner } from './tasks/final-hook.runner.js';
import { TaskRetention } from './tasks/task.retention.js';
import { WorkerMaintenance } from './steps/worker.maintenance.js';
import { WorkerIdentity } from './steps/worker.identity.js';
import { WorkerLoop } from './steps/worker.loop.js';
import { CancellationWatcher } from './steps/cancellation.watcher.js';

/**
 * How long a shutdown waits for housekeeping statements, in milliseconds. Some, such as a vacuum, may take minutes, and nothing is
 * lost if they are cut off.
 */
export const HOUSEKEEPING_MS = 200;

/** Starts and stops the services of the engine. The root module calls it, so that steps begin last and stop first. */
@Injectable()
export class EngineLifecycle extends BackgroundService implements OnApplicationBootstrap {
  private readonly logger = new Logger('TaskerWorker');

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly ready: ReadyNotifier,
    private readonly loop: WorkerLoop,
    private readonly maintenance: WorkerMaintenance,
    private readonly cancellations: CancellationWatcher,
    private readonly retention: TaskRetention,
    private readonly finalHooks: FinalHookRunner,
    private readonly governor: ConcurrencyGovernor,
    private readonly identity: WorkerIdentity,
    private readonly gateway: WorkerGateway,
    private readonly handlers: StepHandlerRegistry,
    private readonly bus: EventBus,
  ) {
    super();
  }

  /**
   * Opens the channel early: other modules may start tasks while they boot, and processes that are running already get
   * the notices.
   */
  async onApplicationBootstrap(): Promise<void> {
    this.publishHandlers();
    await this.ready.start();
    const { enabled, start } = this.options.worker;
    if (enabled && start === 'manual')
      this.logger.log('The worker does not run steps until TaskerWorker.start() is called.');
  }

  /** Runs steps from now on, if `worker.enabled` is set. */
  protected async onStart(): Promise<void> {
    if (!this.options.worker.enabled) return;
    const register = async (): Promise<string | null> => (this.isStopping ? null : this.identity.get());
    if ((await patiently('register the worker', register)) === null) return;
    await this.governor.start();
    await this.loop.start();
    const { maintenance, cancellations, retention, finalHooks } = this;
    await Promise.all([maintenance, cancellations, retention, finalHooks].map((service) => service.start()));
  }

  /**
   * Services of higher rooms that need the database to stop wait for this, too: steps may hold all connections until
   * they are aborted.
   */
  protected async onStop(): Promise<void> {
    const swept = this.retention.stop();
    // These run code of the host, and need the lease and the search for cancelled steps until it has ended.
    await Promise.all([this.governor.stop(), this.loop.stop(), this.finalHooks.stop()]);
    const rest = Promise.all([swept, this.cancellations.stop(), this.maintenance.stop(), this.ready.stop()]);
    await withinTime<unknown>(rest, HOUSEKEEPING_MS, () => undefined);
    const workerId = this.identity.current();
    // Forgotten first: if the application is closed twice, the data source no longer exists the second time.
    if (workerId === null || !this.identity.forget(workerId)) return;
    await this.gateway.stop(workerId);
    this.bus.publish('worker.stopped', { workerId, at: now() });
  }

  /** Published after all subscribers are registered, so that each receives all of these events. */
  private publishHandlers(): void {
    if (!this.bus.hasListeners('handler.registered')) return;
    for (const { name: handler, className } of this.handlers.list())
      this.bus.publish('handler.registered', { handler, className, at: now() });
  }
}
