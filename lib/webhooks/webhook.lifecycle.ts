import { Inject, Injectable } from '@nestjs/common';
import { BackgroundService } from '../background/background.service.js';
import { EngineLifecycle, HOUSEKEEPING_MS } from '../engine/engine.lifecycle.js';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { withinTime } from '../persistence/time.limit.js';
import { DeliveryRetention } from './delivery.retention.js';
import { DeliveryWorker } from './delivery.worker.js';
import { DeliveryDeriver } from './delivery.deriver.js';
import { WebhookSender } from './webhook.sender.js';

/** Starts and stops the services of webhooks in a process that runs steps. The root module calls it. */
@Injectable()
export class WebhookLifecycle extends BackgroundService {
  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly engine: EngineLifecycle,
    private readonly deriver: DeliveryDeriver,
    private readonly deliveryWorker: DeliveryWorker,
    private readonly retention: DeliveryRetention,
    private readonly sender: WebhookSender,
  ) {
    super();
  }

  protected async onStart(): Promise<void> {
    if (!this.options.worker.enabled || !this.options.webhooks.enabled || this.engine.isStopping) return;
    await Promise.all([this.deliveryWorker.start(), this.deriver.start(), this.retention.start()]);
  }

  protected async onStop(): Promise<void> {
    const swept = this.retention.stop();
    // Steps may hold the connections that these services wait for. The engine aborts them, which frees the connections.
    await Promise.all([this.engine.stop(), this.deriver.stop(), this.deliveryWorker.stop()]);
    await withinTime(swept, HOUSEKEEPING_MS, () => undefined);
    await this.sender.close();
  }
}
