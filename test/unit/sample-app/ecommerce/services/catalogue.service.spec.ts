import { beforeEach, describe, expect, it } from '@jest/globals';
import { CatalogueService } from '../../../../../sample-app/ecommerce/services/catalogue.service.js';
import { widget } from '../../../../../sample-app/ecommerce/services/products.js';

let catalogue: CatalogueService;

beforeEach(() => {
  catalogue = new CatalogueService();
});

describe('the catalogue', () => {
  it('sells the eight products of the demo', () => {
    expect(catalogue.find(1)).toMatchObject({ name: 'Wireless Bluetooth Headphones', price: 129.99, stock: 25 });
    expect(catalogue.find(8)).toMatchObject({ name: 'Phone Case', price: 15.99, stock: 200, sku: 'PC-001' });
    expect(catalogue.find(9)).toBeUndefined();
  });

  it('sells widgets in tests, and a mock product for any other id', () => {
    catalogue.replaceWith(widget);
    expect(catalogue.find(1)).toMatchObject({ name: 'Widget A', price: 29.99, stock: 10 });
    expect(catalogue.find(2)).toMatchObject({ name: 'Widget B', price: 49.99 });
    expect(catalogue.find(77)).toMatchObject({ name: 'Mock Product 77', price: 29.99, active: true });
  });

  it('counts deliveries', () => {
    catalogue.restock(5, 10);
    catalogue.restock(5, 15);
    expect(catalogue.find(5)?.stock).toBe(40);
  });
});
