import type { NewFile } from '../../writing/write.files';

export const STUB_DATA: NewFile = {
  path: 'src/stub/stub.data.ts',
  text: `export const USERS = [
  { id: 1, email: 'admin@example.com', username: 'admin' },
  { id: 2, email: 'test@example.com', username: 'testuser' },
];

/** Title, category, price, stock; ids begin with 1. */
const CATALOGUE: readonly [string, string, number, number][] = [
  ['Mascara', 'beauty', 9.99, 99],
  ['Eyeshadow palette', 'beauty', 19.99, 34],
  ['Powder canister', 'beauty', 14.99, 8],
  ['Red lipstick', 'beauty', 12.99, 91],
  ['Red nail polish', 'beauty', 8.99, 79],
  ['Citrus cologne', 'fragrances', 49.99, 29],
  ['Evening perfume', 'fragrances', 129.99, 58],
  ['Jasmine perfume', 'fragrances', 89.99, 98],
  ['Summer cologne', 'fragrances', 69.99, 4],
  ['Rose perfume', 'fragrances', 79.99, 91],
  ['Oak bed', 'furniture', 1899.99, 88],
  ['Leather sofa', 'furniture', 2499.99, 60],
  ['Bedside table', 'furniture', 299.99, 64],
  ['Conference chair', 'furniture', 499.99, 0],
  ['Wash basin', 'furniture', 799.99, 7],
  ['Apples', 'groceries', 1.99, 9],
  ['Beef steak', 'groceries', 12.99, 96],
  ['Cat food', 'groceries', 8.99, 13],
  ['Chicken meat', 'groceries', 9.99, 69],
  ['Cooking oil', 'groceries', 4.99, 22],
  ['Cucumber', 'groceries', 1.49, 5],
  ['Dog food', 'groceries', 10.99, 40],
  ['Eggs', 'groceries', 2.99, 10],
  ['Fish steak', 'groceries', 14.99, 99],
  ['Green pepper', 'groceries', 1.29, 11],
  ['Chili pepper', 'groceries', 0.99, 3],
  ['Honey', 'groceries', 6.99, 34],
  ['Ice cream', 'groceries', 5.49, 27],
  ['Juice', 'groceries', 3.99, 50],
  ['Kiwi', 'groceries', 2.49, 99],
];

export const PRODUCTS = CATALOGUE.map(
  ([title, category, price, stock], index) => {
    return { id: index + 1, title, category, price, stock };
  },
);

/** The first has two of product 4 and three of product 6; the last is empty. */
export const CARTS = Array.from({ length: 30 }, (_, index) => {
  const first = { id: ((index + 3) % 30) + 1, quantity: 2 };
  const second = { id: ((index + 5) % 30) + 1, quantity: 3 };
  return {
    id: index + 1,
    userId: (index % 2) + 1,
    products: index === 29 ? [] : [first, second],
  };
});
`,
};
