/** A part of `src/task-templates.ts`, as `npx nestjs-tasker types` writes it. */
export const DEFINITION = `export type OrderProcessingContext = {
  readonly cart_id: number;
  readonly user_id?: number;
};

/** From a cart to an order */
export const orderProcessing = defineTask({
  namespace: 'ecommerce',
  name: 'order_processing',
  version: '1.0.1',
  context: type<OrderProcessingContext>(),
})
  .step('validate_cart', { handler: 'ecommerce.validate_cart' })
  .step('check_inventory', {
    handler: 'ecommerce.check_inventory',
    dependsOn: ['validate_cart'],
  })
  .step('calculate_pricing', {
    handler: 'ecommerce.calculate_pricing',
    dependsOn: ['validate_cart', 'check_inventory'],
  })
  .step('create_order', {
    http: { url: '\${API_BASE_URL}/orders/add' },
    returns: type<{
      status: number;
      headers: Readonly<Record<string, string>>;
      body: JsonValue;
    }>(),
    dependsOn: ['validate_cart', 'calculate_pricing'],
  });
`;
