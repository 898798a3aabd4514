import { Module } from '@nestjs/common';
import { BackgroundModule } from '../background/background.module.js';
import { EngineModule } from '../engine/engine.module.js';
import { PersistenceModule } from '../persistence/persistence.module.js';
import { DeliveryExecutor } from './delivery.executor.js';
import { DeliveryRetention } from './delivery.retention.js';
import { ReceiverSpeeds } from './receiver.speeds.js';
import { DeliveryScopes } from './delivery.scopes.js';
import { DeliveryWorker } from './delivery.worker.js';
import { WebhookLifecycle } from './webhook.lifecycle.js';
import { DeliveryDeriver } from './delivery.deriver.js';
import { WebhookSender } from './webhook.sender.js';
import { WebhookService } from './webhook.service.js';

@Module({
  imports: [BackgroundModule, EngineModule, PersistenceModule],
  providers: [
    DeliveryExecutor,
    DeliveryRetention,
    ReceiverSpeeds,
    DeliveryScopes,
    DeliveryWorker,
    WebhookLifecycle,
    DeliveryDeriver,
    WebhookSender,
    WebhookService,
  ],
  exports: [WebhookLifecycle, WebhookService],
})
export class WebhooksModule {}
