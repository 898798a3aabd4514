import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { WorkerGateway } from '../persistence/worker.gateway.js';
import { ConcurrencyGovernor } from './steps/concurrency.governor.js';
import { ReadySignal } from './ready.signal.js';
import { TaskFinisher } from './tasks/task.finisher.js';
import { TaskRetention } from './tasks/task.retention.js';
import { WorkerHeart } from './steps/worker.heart.js';
import { WorkerIdentity } from './steps/worker.identity.js';
import { WorkerLoop } from './steps/worker.loop.js';
import { WorkerWatch } from './steps/worker.watch.js';

/** Starts the long-lived parts with the application and stops them before it goes. */
@Injectable()
export class EngineLifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private stopping: Promise<void> | undefined;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly ready: ReadySignal,
    private readonly loop: WorkerLoop,
    private readonly heart: WorkerHeart,
    private readonly watch: WorkerWatch,
    private readonly retention: TaskRetention,
    private readonly finisher: TaskFinisher,
    private readonly governor: ConcurrencyGovernor,
    private readonly identity: WorkerIdentity,
    private readonly gateway: WorkerGateway,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.ready.start();
    if (!this.options.worker.enabled) return;
    await this.identity.get();
    this.governor.start();
    this.loop.start();
    this.heart.start();
    this.watch.start();
    this.retention.start();
    this.finisher.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.stop();
  }

  /** Parts above that need the database to stop wait for this, too: steps may hold all connections until they are aborted. */
  stop(): Promise<void> {
    return (this.stopping ??= this.stopAll());
  }

  private async stopAll(): Promise<void> {
    await this.governor.stop();
    await Promise.all([this.loop.stop(), this.finisher.stop()]); // both wait for what users wrote
    await this.retention.stop();
    await this.watch.stop();
    await this.heart.stop();
    await this.ready.stop();
    const workerId = this.identity.current();
    // Forgotten first: an application that is closed again has no data source to say it with any more.
    if (workerId !== null && this.identity.forget(workerId)) await this.gateway.stop(workerId);
  }
}
