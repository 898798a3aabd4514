import type { NewFile } from '../../writing/write.files';

export const ANNOTATIONS: NewFile = {
  path: 'src/ecommerce/order-processing.tasks.ts',
  text: `import { Injectable } from '@nestjs/common';
import {
  TaskHandler,
  type EndedStep,
  type EndedTask,
  type NewAnnotation,
} from 'nestjs-tasker';
import { resultsOf } from '../tasks/results-of.js';
import type { CheckedProduct, OrderResults } from './order-processing.types.js';

/** Stores the figures of a placed order, so that its task can be found by them. */
@Injectable()
@TaskHandler({ namespace: 'ecommerce', name: 'order_processing' })
export class OrderProcessingTasks {
  updateAnnotations(
    { state }: EndedTask,
    steps: readonly EndedStep[],
  ): NewAnnotation[] {
    return state === 'complete' ? notesOn(resultsOf<OrderResults>(steps)) : [];
  }
}

function notesOn(results: OrderResults): NewAnnotation[] {
  const { total_products, total_quantity, user_id } = results.validate_cart;
  const { final_total, discount_applied, tax_amount } =
    results.calculate_pricing;
  const { id, status, total } = results.create_order.body;
  return [
    {
      type: 'cart',
      annotation: { products_count: total_products, total_quantity, user_id },
    },
    {
      type: 'lookup',
      annotation: results.check_inventory.products.map(stockOf),
    },
    {
      type: 'calculation',
      annotation: { final_total, discount_applied, tax_amount },
    },
    {
      type: 'order',
      annotation: { order_id: id, order_status: status, total_amount: total },
    },
  ];
}

function stockOf({ availability, stock, price }: CheckedProduct) {
  return { availability_status: availability, stock_level: stock, price };
}
`,
};
