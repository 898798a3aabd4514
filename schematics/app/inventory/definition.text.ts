/** A part of `src/task-templates.ts`, as `npx nestjs-tasker types` writes it. */
export const DEFINITION = `export type StockManagementContext = {
  readonly threshold: number;
  readonly category?: string;
};

/** Finds the products that run low, and says what to order first */
export const stockManagement = defineTask({
  namespace: 'inventory',
  name: 'stock_management',
  version: '1.0.1',
  context: type<StockManagementContext>(),
})
  .step('monitor_stock_levels', {
    http: { url: '\${API_BASE_URL}/products' },
    returns: type<{
      status: number;
      headers: Readonly<Record<string, string>>;
      body: JsonValue;
    }>(),
  })
  .step('identify_low_stock', {
    handler: 'inventory.identify_low_stock',
    dependsOn: ['monitor_stock_levels'],
  });
`;
