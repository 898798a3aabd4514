import { Injectable } from '@nestjs/common';
import { EngineLifecycle } from './engine/engine.lifecycle.js';
import { WebhookLifecycle } from './webhooks/webhook.lifecycle.js';

/**
 * The worker of this process. With `worker.start: 'manual'` the host says when it begins.
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
  ) {}

  /**
   * Runs steps, tells task handlers and webhooks, and removes old tasks, from now on. Starting twice is one start. Does nothing
   * where the option `worker.enabled` is false, or when the application has begun to shut down.
   *
   * @throws what the database threw; it may be called again then
   */
  async start(): Promise<void> {
    await this.engine.start();
    await this.webhooks.start();
  }
}
