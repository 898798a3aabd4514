import type { NewFile } from '../../writing/write.files';

export const TEMPLATE: NewFile = {
  path: 'config/tasker/tasks/inventory/stock_management.yaml',
  text: `# yaml-language-server: $schema=../../../../node_modules/nestjs-tasker/schemas/task-template.schema.json
name: stock_management
namespace_name: inventory
version: 1.0.1
description: Finds the products that run low, and says what to order first
default_dependent_system: inventory_system

schema:
  type: object
  required: [threshold]
  properties:
    threshold: { type: integer, minimum: 0 }
    category: { type: string, minLength: 1 }

step_templates:
  - name: monitor_stock_levels
    description: Fetches the products
    http:
      url: \${API_BASE_URL}/products
      query: { limit: 100 }

  - name: identify_low_stock
    description: Ranks the products whose stock is at or below the threshold
    handler: inventory.identify_low_stock
    depends_on: monitor_stock_levels

environments:
  development:
    step_templates:
      - { name: identify_low_stock, handler_config: { debug: true } }
  production: {}
`,
};
