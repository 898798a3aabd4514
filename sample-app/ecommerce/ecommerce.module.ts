import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { TaskerModule } from 'nestjs-tasker';
import { CreateOrderHandler } from './handlers/create-order.handler.js';
import { ProcessPaymentHandler } from './handlers/process-payment.handler.js';
import { SendConfirmationHandler } from './handlers/send-confirmation.handler.js';
import { UpdateInventoryHandler } from './handlers/update-inventory.handler.js';
import { ValidateCartHandler } from './handlers/validate-cart.handler.js';
import { OrderDesk } from './orders/order.desk.js';
import { OrderRepository } from './orders/order.repository.js';
import { OrdersController } from './orders/orders.controller.js';
import { ShopOrder } from './orders/shop-order.entity.js';
import { CatalogueService } from './services/catalogue.service.js';
import { Clock } from './services/clock.js';
import { EffectLedger } from './services/effect.ledger.js';
import { MockEmailService } from './services/mock-email.service.js';
import { MockInventoryService } from './services/mock-inventory.service.js';
import { MockPaymentService } from './services/mock-payment.service.js';
import { MockServices } from './services/mock.services.js';
import { TableLedger } from './services/table.ledger.js';
import { TokenSimulator } from './services/token.simulator.js';

const handlers = [
  ValidateCartHandler,
  ProcessPaymentHandler,
  UpdateInventoryHandler,
  CreateOrderHandler,
  SendConfirmationHandler,
];
const outsideWorld = [
  Clock,
  TokenSimulator,
  { provide: EffectLedger, useClass: TableLedger },
  MockPaymentService,
  MockInventoryService,
  MockEmailService,
  MockServices,
];

/** A shop's checkout as a workflow; the rest of the world is mocked. */
@Module({
  imports: [TaskerModule, TypeOrmModule.forFeature([ShopOrder])],
  controllers: [OrdersController],
  providers: [...handlers, ...outsideWorld, CatalogueService, OrderRepository, OrderDesk],
})
export class EcommerceModule {}
