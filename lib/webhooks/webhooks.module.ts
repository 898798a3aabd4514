import { Module } from '@nestjs/common';
import { EngineModule } from '../engine/engine.module.js';
import { PersistenceModule } from '../persistence/persistence.module.js';
import { DeliveryExecutor } from './delivery.executor.js';
import { DeliveryRetention } from './delivery.retention.js';
import { ReceiverRecord } from './receiver.record.js';
import { WebhookCourier } from './webhook.courier.js';
import { WebhookLifecycle } from './webhook.lifecycle.js';
import { WebhookScribe } from './webhook.scribe.js';
import { WebhookSender } from './webhook.sender.js';
import { WebhookService } from './webhook.service.js';

@Module({
  imports: [EngineModule, PersistenceModule],
  providers: [
    DeliveryExecutor,
    DeliveryRetention,
    ReceiverRecord,
    WebhookCourier,
    WebhookLifecycle,
    WebhookScribe,
    WebhookSender,
    WebhookService,
  ],
  exports: [WebhookLifecycle, WebhookService],
})
export class WebhooksModule {}
