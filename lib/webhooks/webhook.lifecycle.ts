import { Inject, Injectable } from '@nestjs/common';
import { EngineLifecycle, HOUSEKEEPING_MS } from '../engine/engine.lifecycle.js';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { withinTime } from '../persistence/time.limit.js';
import { DeliveryRetention } from './delivery.retention.js';
import { DeliveryWorker } from './delivery.worker.js';
import { DeliveryDeriver } from './delivery.deriver.js';
import { WebhookSender } from './webhook.sender.js';

/** Starts the long-lived parts in a process that works, and stops them. The root says when. */
@Injectable()
export class WebhookLifecycle {
  private stopping: Promise<void> | undefined;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly engine: EngineLifecycle,
    private readonly deriver: DeliveryDeriver,
    private readonly deliveryWorker: DeliveryWorker,
    private readonly retention: DeliveryRetention,
    private readonly sender: WebhookSender,
  ) {}

  start(): void {
    if (!this.options.worker.enabled || !this.options.webhooks.enabled || this.engine.isStopping) return;
    this.deliveryWorker.start();
    this.deriver.start();
    this.retention.start();
  }

  stop(): Promise<void> {
    return (this.stopping ??= this.stopAll());
  }

  private async stopAll(): Promise<void> {
    const swept = this.retention.stop();
    // Steps may hold the connections that these wait for, and let them go when the engine aborts them.
    await Promise.all([this.engine.stop(), this.deriver.stop(), this.deliveryWorker.stop()]);
    await withinTime(swept, HOUSEKEEPING_MS, () => undefined);
    await this.sender.close();
  }
}
