import type { NewFile } from '../../writing/write.files';

export const MODULE: NewFile = {
  path: 'src/ecommerce/ecommerce.module.ts',
  text: `import { Module } from '@nestjs/common';
import { CalculatePricingHandler } from './calculate-pricing.handler.js';
import { CheckInventoryHandler } from './check-inventory.handler.js';
import { OrderProcessingTasks } from './order-processing.tasks.js';
import { ValidateCartHandler } from './validate-cart.handler.js';

@Module({
  providers: [
    ValidateCartHandler,
    CheckInventoryHandler,
    CalculatePricingHandler,
    OrderProcessingTasks,
  ],
})
export class EcommerceModule {}
`,
};
