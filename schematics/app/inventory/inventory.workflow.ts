import type { Workflow } from '../workflow';
import { ANNOTATIONS } from './annotations.text';
import { DEFINITION } from './definition.text';
import { IDENTIFY_LOW_STOCK } from './handlers.text';
import { LOW_STOCK, LOW_STOCK_TEST } from './low-stock.text';
import { MODULE } from './module.text';
import { TEMPLATE } from './template.text';
import { TYPES } from './types.text';
import { WORKFLOW_TEST } from './workflow-test.text';

export const INVENTORY: Workflow = {
  name: 'inventory',
  task: 'stock_management',
  description: 'finds the products that run low, and says how many of which to order first',
  example: '{ "threshold": 10 }',
  module: 'InventoryModule',
  files: [TEMPLATE, TYPES, LOW_STOCK, IDENTIFY_LOW_STOCK, ANNOTATIONS, MODULE],
  tests: [LOW_STOCK_TEST, WORKFLOW_TEST],
  asksApi: false,
  definition: DEFINITION,
  acceptance: `  {
    task: {
      namespace: 'inventory',
      name: 'stock_management',
      version: '1.0.1',
    },
    context: { threshold: 10 },
    step: 'identify_low_stock',
    expected: { total_products_analyzed: 30, low_stock_count: 8 },
  },
`,
};
