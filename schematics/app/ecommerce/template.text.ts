import type { NewFile } from '../../writing/write.files';

export const TEMPLATE: NewFile = {
  path: 'config/tasker/tasks/ecommerce/order_processing.yaml',
  text: `# yaml-language-server: $schema=../../../../node_modules/nestjs-tasker/schemas/task-template.schema.json
name: order_processing
namespace_name: ecommerce
version: 1.0.1
description: From a cart to an order
default_dependent_system: ecommerce_system

schema:
  type: object
  required: [cart_id]
  properties:
    cart_id: { type: integer, minimum: 1 }
    user_id: { type: integer, minimum: 1 }

step_templates:
  - name: validate_cart
    description: Fetches the cart, which must not be empty
    handler: ecommerce.validate_cart
    timeout_seconds: 30
    retry_limit: 3

  - name: check_inventory
    description: Looks up the price and the stock of each product
    handler: ecommerce.check_inventory
    depends_on: validate_cart
    timeout_seconds: 15
    retry_limit: 3

  - name: calculate_pricing
    description: Works out tax, shipping, discount and total
    handler: ecommerce.calculate_pricing
    depends_on: [validate_cart, check_inventory]

  - name: create_order
    description: Places the order
    depends_on: [validate_cart, calculate_pricing]
    timeout_seconds: 30
    retry_limit: 2
    http:
      method: POST
      url: \${API_BASE_URL}/orders/add
      body:
        user_id: '{{ results.validate_cart.user_id }}'
        products: '{{ results.validate_cart.products }}'
        total: '{{ results.calculate_pricing.final_total }}'

environments:
  development:
    step_templates:
      - { name: calculate_pricing, handler_config: { debug: true } }
  production: {}
`,
};
