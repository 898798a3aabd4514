import type { NewFile } from '../../writing/write.files';

export const LOW_STOCK: NewFile = {
  path: 'src/inventory/low-stock.ts',
  text: `import type {
  LowProduct,
  LowStock,
  Product,
  Reorder,
} from './stock-management.types.js';

/** Weights of a shortage, by category. */
const WEIGHTS = new Map([
  ['groceries', 3],
  ['home-decoration', 3],
  ['beauty', 2],
  ['fragrances', 2],
  ['furniture', 1],
]);
const OTHER_WEIGHT = 1.5;

const QUANTITIES = new Map([
  ['groceries', 100],
  ['furniture', 25],
]);
const OTHER_QUANTITY = 50;

const LONGEST_LIST = 10;

/** Finds the products whose stock is at or below the threshold, and which of them to order first. */
export function lowStockOf(
  products: readonly Product[],
  threshold: number,
): LowStock {
  const low = products.filter(({ stock }) => stock <= threshold);
  const reorders = low.map((product) => reorderOf(product, threshold));
  return {
    total_products_analyzed: products.length,
    low_stock_count: low.length,
    threshold_used: threshold,
    low_stock_products: low.map(lowProductOf),
    priority_reorder_list: reorders
      .toSorted((one, other) => other.priority - one.priority)
      .slice(0, LONGEST_LIST),
  };
}

function reorderOf(product: Product, threshold: number): Reorder {
  const { category, price, stock } = product;
  const quantity = QUANTITIES.get(category) ?? OTHER_QUANTITY;
  return {
    ...lowProductOf(product),
    priority: (threshold - stock) * (WEIGHTS.get(category) ?? OTHER_WEIGHT),
    suggested_quantity: quantity,
    estimated_cost: (quantity * Math.round(price * 100)) / 100,
    urgency: urgencyOf(stock),
  };
}

function lowProductOf({ id, title, category, stock }: Product): LowProduct {
  return { product_id: id, title, category, current_stock: stock };
}

function urgencyOf(stock: number): Reorder['urgency'] {
  if (stock === 0) return 'critical';
  if (stock <= 5) return 'high';
  return stock <= 10 ? 'medium' : 'low';
}
`,
};

export const LOW_STOCK_TEST: NewFile = {
  path: 'src/inventory/low-stock.spec.ts',
  text: `import { describe, expect, it } from 'vitest';
import { lowStockOf } from './low-stock.js';
import type { Product } from './stock-management.types.js';

let id = 0;
const product = (category: string, stock: number, price = 1.5): Product => {
  return {
    id: ++id,
    title: \`a product of \${category}\`,
    category,
    stock,
    price,
  };
};

describe('products that run low', () => {
  it('are ordered by how much they lack, weighted by their category', () => {
    const { priority_reorder_list: list } = lowStockOf(
      [product('furniture', 0), product('groceries', 5)],
      10,
    );

    expect(
      list.map(({ category, priority, urgency }) => [
        category,
        priority,
        urgency,
      ]),
    ).toEqual([
      ['groceries', 15, 'high'],
      ['furniture', 10, 'critical'],
    ]);
  });

  it('are those at or below the threshold', () => {
    const products = [
      product('beauty', 3),
      product('beauty', 10),
      product('beauty', 11),
    ];

    expect(lowStockOf(products, 10)).toMatchObject({
      total_products_analyzed: 3,
      low_stock_count: 2,
      threshold_used: 10,
      low_stock_products: [{ current_stock: 3 }, { current_stock: 10 }],
    });
  });

  it.each([
    ['groceries', 100, 150],
    ['furniture', 25, 37.5],
    ['beauty', 50, 75],
  ])('of %s are ordered %d at a time', (category, quantity, cost) => {
    const [reorder] = lowStockOf(
      [product(category, 1)],
      10,
    ).priority_reorder_list;
    expect(reorder).toMatchObject({
      suggested_quantity: quantity,
      estimated_cost: cost,
    });
  });

  it.each([
    [0, 'critical'],
    [1, 'high'],
    [5, 'high'],
    [6, 'medium'],
    [10, 'medium'],
    [11, 'low'],
  ])('with %d left are of urgency %s', (stock, urgency) => {
    const [reorder] = lowStockOf(
      [product('beauty', stock)],
      20,
    ).priority_reorder_list;
    expect(reorder).toMatchObject({ urgency });
  });

  it('are listed up to ten', () => {
    const products = Array.from({ length: 12 }, () => product('beauty', 1));
    const { low_stock_count, priority_reorder_list } = lowStockOf(products, 10);
    expect([low_stock_count, priority_reorder_list.length]).toEqual([12, 10]);
  });
});
`,
};
