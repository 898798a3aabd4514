import type { NewFile } from '../../writing/write.files';

export const TYPES: NewFile = {
  path: 'src/ecommerce/order-processing.types.ts',
  text: `import type { StepContext } from 'nestjs-tasker';
import type { OrderProcessingContext } from '../task-templates.js';

/** The results of each step. */
export interface OrderResults {
  readonly validate_cart: ValidatedCart;
  readonly check_inventory: InventoryCheck;
  readonly calculate_pricing: Pricing;
  readonly create_order: { readonly body: CreatedOrder };
}

/** The context of a step that depends on these. */
export type OrderStep<Parents extends keyof OrderResults = never> = StepContext<
  OrderProcessingContext,
  Pick<OrderResults, Parents>
>;

export interface ValidatedCart {
  readonly cart_id: number;
  readonly user_id: number;
  readonly products: readonly CartLine[];
  readonly total_products: number;
  readonly total_quantity: number;
  readonly validated_at: string;
}

export interface CartLine {
  readonly product_id: number;
  readonly quantity: number;
}

/** A product for each line of the cart, in the same order. */
export interface InventoryCheck {
  readonly products: readonly CheckedProduct[];
}

export interface CheckedProduct {
  readonly product_id: number;
  readonly title: string;
  readonly price: number;
  readonly stock: number;
  readonly category: string;
  readonly availability: 'available' | 'out_of_stock';
}

export interface Pricing {
  readonly subtotal: number;
  readonly tax_amount: number;
  readonly shipping_cost: number;
  readonly discount_applied: number;
  readonly final_total: number;
}

/** The answer of the API. */
export interface CreatedOrder {
  readonly id: number;
  readonly status: string;
  readonly total: number;
  readonly tracking: string;
}
`,
};
