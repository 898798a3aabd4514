import type { NewFile } from '../../writing/write.files';

export const ANNOTATIONS: NewFile = {
  path: 'src/inventory/stock-management.tasks.ts',
  text: `import { Injectable } from '@nestjs/common';
import {
  TaskHandler,
  type EndedStep,
  type EndedTask,
  type NewAnnotation,
} from 'nestjs-tasker';
import { resultsOf } from '../tasks/results-of.js';
import type { StockResults } from './stock-management.types.js';

/** Stores the figures of a stock check, so that its task can be found by them. */
@Injectable()
@TaskHandler({ namespace: 'inventory', name: 'stock_management' })
export class StockManagementTasks {
  updateAnnotations(
    { state }: EndedTask,
    steps: readonly EndedStep[],
  ): NewAnnotation[] {
    if (state !== 'complete') return [];
    const { low_stock_count, total_products_analyzed } =
      resultsOf<StockResults>(steps).identify_low_stock;
    return [
      {
        type: 'analysis',
        annotation: {
          low_stock_count,
          products_analyzed: total_products_analyzed,
        },
      },
    ];
  }
}
`,
};
