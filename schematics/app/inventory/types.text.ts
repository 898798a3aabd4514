import type { NewFile } from '../../writing/write.files';

export const TYPES: NewFile = {
  path: 'src/inventory/stock-management.types.ts',
  text: `import type { StepContext } from 'nestjs-tasker';
import type { StockManagementContext } from '../task-templates.js';

/** The results of each step. */
export interface StockResults {
  readonly monitor_stock_levels: {
    readonly body: { readonly products: readonly Product[] };
  };
  readonly identify_low_stock: LowStock;
}

/** The context of a step that depends on these. */
export type StockStep<Parents extends keyof StockResults = never> = StepContext<
  StockManagementContext,
  Pick<StockResults, Parents>
>;

/** The API's format. */
export interface Product {
  readonly id: number;
  readonly title: string;
  readonly price: number;
  readonly stock: number;
  readonly category: string;
}

export interface LowStock {
  readonly total_products_analyzed: number;
  readonly low_stock_count: number;
  readonly threshold_used: number;
  readonly low_stock_products: readonly LowProduct[];
  readonly priority_reorder_list: readonly Reorder[];
}

export interface LowProduct {
  readonly product_id: number;
  readonly title: string;
  readonly category: string;
  readonly current_stock: number;
}

export interface Reorder extends LowProduct {
  readonly priority: number;
  readonly suggested_quantity: number;
  readonly estimated_cost: number;
  readonly urgency: 'critical' | 'high' | 'medium' | 'low';
}
`,
};
