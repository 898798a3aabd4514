export interface Product {
  readonly id: number;
  readonly name: string;
  readonly price: number;
  readonly stock: number;
  readonly sku: string;
  readonly active: boolean;
}

/** The shop of the demo. */
export const DEMO_PRODUCTS: readonly Product[] = [
  { id: 1, name: 'Wireless Bluetooth Headphones', price: 129.99, stock: 25, sku: 'WBH-001', active: true },
  { id: 2, name: 'Organic Cotton T-Shirt', price: 24.99, stock: 100, sku: 'OCT-001', active: true },
  { id: 3, name: 'Stainless Steel Water Bottle', price: 34.99, stock: 50, sku: 'SSW-001', active: true },
  { id: 4, name: 'Yoga Exercise Mat', price: 39.99, stock: 30, sku: 'YEM-001', active: true },
  { id: 5, name: 'Coffee Bean Grinder', price: 89.99, stock: 15, sku: 'CBG-001', active: true },
  { id: 6, name: 'Reading Glasses', price: 19.99, stock: 75, sku: 'RG-001', active: true },
  { id: 7, name: 'Desk Organizer', price: 29.99, stock: 40, sku: 'DO-001', active: true },
  { id: 8, name: 'Phone Case', price: 15.99, stock: 200, sku: 'PC-001', active: true },
];

/** The mock catalogue of the tests: two widgets, and a mock product for any other id. */
export function widget(id: number): Product {
  const common = { id, stock: 10, sku: `MOCK-${id}`, active: true };
  if (id === 1) return { ...common, name: 'Widget A', price: 29.99 };
  if (id === 2) return { ...common, name: 'Widget B', price: 49.99 };
  return { ...common, name: `Mock Product ${id}`, price: 29.99 };
}
