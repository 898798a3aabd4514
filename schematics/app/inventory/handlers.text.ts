import type { NewFile } from '../../writing/write.files';

export const IDENTIFY_LOW_STOCK: NewFile = {
  path: 'src/inventory/identify-low-stock.handler.ts',
  text: `import { Injectable } from '@nestjs/common';
import { StepHandler } from 'nestjs-tasker';
import { lowStockOf } from './low-stock.js';
import type { LowStock, StockStep } from './stock-management.types.js';

@Injectable()
@StepHandler('inventory.identify_low_stock')
export class IdentifyLowStockHandler {
  process({
    task,
    results,
    config,
    log,
  }: StockStep<'monitor_stock_levels'>): LowStock {
    const { threshold, category } = task.context;
    const all = results.monitor_stock_levels.body.products;
    const products = category
      ? all.filter((product) => product.category === category)
      : all;
    if (config.debug === true)
      log.info(\`analyzes \${products.length} of \${all.length} products\`);
    return lowStockOf(products, threshold);
  }
}
`,
};
