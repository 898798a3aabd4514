import type { INestApplicationContext } from '@nestjs/common';
import { CatalogueService } from '../ecommerce/services/catalogue.service.js';
import { MockEmailService } from '../ecommerce/services/mock-email.service.js';
import { MockInventoryService } from '../ecommerce/services/mock-inventory.service.js';
import { MockPaymentService } from '../ecommerce/services/mock-payment.service.js';

/** What stories may break and mend. */
export interface World {
  readonly payment: MockPaymentService;
  readonly inventory: MockInventoryService;
  readonly email: MockEmailService;
  readonly catalogue: CatalogueService;
}

export function worldOf(app: INestApplicationContext): World {
  return {
    payment: app.get(MockPaymentService),
    inventory: app.get(MockInventoryService),
    email: app.get(MockEmailService),
    catalogue: app.get(CatalogueService),
  };
}
