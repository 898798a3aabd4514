import type { NewFile } from '../../writing/write.files';

export const MODULE: NewFile = {
  path: 'src/inventory/inventory.module.ts',
  text: `import { Module } from '@nestjs/common';
import { IdentifyLowStockHandler } from './identify-low-stock.handler.js';
import { StockManagementTasks } from './stock-management.tasks.js';

@Module({ providers: [IdentifyLowStockHandler, StockManagementTasks] })
export class InventoryModule {}
`,
};
