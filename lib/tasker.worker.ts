import { Inject, Injectable } from '@nestjs/common';
import { AuditLifecycle } from './audit/audit.lifecycle.js';
import { EngineLifecycle } from './engine/engine.lifecycle.js';
import { TASKER_OPTIONS } from './options/options.module.js';
import type { ResolvedOptions } from './options/resolve.options.js';
import { Reencryption } from './protection/reencryption.js';
import { WebhookLifecycle } from './webhooks/webhook.lifecycle.js';

/**
 * The worker of this process. With `worker.start: 'manual'`, the application starts it.
 *
 * @example
 * ```ts
 * const app = await NestFactory.create(AppModule);
 * await app.listen(3000);
 * await warmCaches();
 * await app.get(TaskerWorker).start();
 * ```
 */
@Injectable()
export class TaskerWorker {
  constructor(
    private readonly engine: EngineLifecycle,
    private readonly webhooks: WebhookLifecycle,
    private readonly audit: AuditLifecycle,
    private readonly reencryption: Reencryption,
    @Inject(TASKER_OPTIONS) private readonly options: Pick<ResolvedOptions, 'worker'>,
  ) {}

  /**
   * Starts to run steps, call task handlers, send deliveries to webhooks and remove old tasks. Starting twice is one
   * start. Does nothing if the option `worker.enabled` is false, or if the application is shutting down.
   *
   * @throws an error of the database; the method may then be called again
   */
  async start(): Promise<void> {
    await this.engine.start();
    await this.webhooks.start();
    await this.audit.start();
    if (this.options.worker.enabled) await this.reencryption.start();
  }
}
