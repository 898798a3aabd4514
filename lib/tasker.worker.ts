import { Injectable } from '@nestjs/common';
import { AuditLifecycle } from './audit/audit.lifecycle.js';
import { EngineLifecycle } from './engine/engine.lifecycle.js';
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
  }
}
