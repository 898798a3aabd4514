import type { NewFile } from '../../writing/write.files';

export const WORKFLOW_TEST: NewFile = {
  path: 'src/ecommerce/order-processing.spec.ts',
  text: `import { RecordService } from 'nestjs-tasker';
import { afterAll, describe, expect, it } from 'vitest';
import { openTestApp } from '../../test/test.app.js';
import {
  orderProcessing,
  type OrderProcessingContext,
} from '../task-templates.js';

const app = await openTestApp();
afterAll(() => app.close());

describe('ecommerce/order_processing', () => {
  const order = async (context: OrderProcessingContext) =>
    app.run(await app.tasks.start(orderProcessing, { context }));

  it('makes an order of a cart', async () => {
    const { task, results } = await order({ cart_id: 1 });

    expect(task.state).toBe('complete');
    expect(results).toMatchObject({
      validate_cart: {
        cart_id: 1,
        user_id: 1,
        total_products: 2,
        total_quantity: 5,
      },
      check_inventory: {
        products: [
          { product_id: 4, availability: 'available' },
          { product_id: 6 },
        ],
      },
      calculate_pricing: {
        subtotal: 175.95,
        tax_amount: 14.08,
        shipping_cost: 0,
        final_total: 190.03,
      },
      create_order: {
        status: 201,
        body: {
          status: 'pending',
          total: 190.03,
          tracking: expect.stringMatching(/^TRK[0-9A-F]{16}$/),
        },
      },
    });
  });

  it('notes the figures of the order', async () => {
    const { task } = await order({ cart_id: 1, user_id: 7 });
    const notes = await app.get(RecordService).annotationsOf(task.id);
    expect(notes).toContainEqual(
      expect.objectContaining({
        type: 'cart',
        annotation: { products_count: 2, total_quantity: 5, user_id: 7 },
      }),
    );
  });

  it('refuses an empty cart for good', async () => {
    const { task } = await order({ cart_id: 30 });

    expect(task.state).toBe('error');
    expect(task.steps[0]).toMatchObject({
      name: 'validate_cart',
      attempts: 1,
      error: { code: 'EMPTY_CART' },
    });
  });

  it('does not start with a context of another shape', async () => {
    // @ts-expect-error the compiler refuses it, too
    await expect(order({ cart_id: 'one' })).rejects.toThrow('cart_id');
  });
});
`,
};
