import type { Workflow } from '../workflow';
import { ANNOTATIONS } from './annotations.text';
import { DEFINITION } from './definition.text';
import { CALCULATE_PRICING, CHECK_INVENTORY, VALIDATE_CART } from './handlers.text';
import { MODULE } from './module.text';
import { PRICING, PRICING_TEST } from './pricing.text';
import { TEMPLATE } from './template.text';
import { TYPES } from './types.text';
import { WORKFLOW_TEST } from './workflow-test.text';

export const ECOMMERCE: Workflow = {
  name: 'ecommerce',
  task: 'order_processing',
  description: 'makes an order of a cart: the stock is looked up, and tax, shipping and discount are worked out',
  example: '{ "cart_id": 1 }',
  module: 'EcommerceModule',
  files: [TEMPLATE, TYPES, PRICING, VALIDATE_CART, CHECK_INVENTORY, CALCULATE_PRICING, ANNOTATIONS, MODULE],
  tests: [PRICING_TEST, WORKFLOW_TEST],
  asksApi: true,
  definition: DEFINITION,
  // Two of product 4 at 12.99, three of product 6 at 49.99.
  acceptance: `  {
    task: {
      namespace: 'ecommerce',
      name: 'order_processing',
      version: '1.0.1',
    },
    context: { cart_id: 1 },
    step: 'calculate_pricing',
    expected: { subtotal: 175.95, tax_amount: 14.08, final_total: 190.03 },
  },
`,
};
