import { Injectable } from '@nestjs/common';
import { DEMO_PRODUCTS, type Product } from './products.js';

/** Finds a product of a catalogue, which may be a list or, as that of the widgets, endless. */
export type ProductLookup = (id: number) => Product | undefined;

/** What the shop sells, for how much, and how many it has. */
@Injectable()
export class CatalogueService {
  private lookup: ProductLookup = (id) => DEMO_PRODUCTS.find((product) => product.id === id);
  private readonly deliveries = new Map<number, number>();

  find(id: number): Product | undefined {
    const product = this.lookup(id);
    return product && { ...product, stock: product.stock + (this.deliveries.get(id) ?? 0) };
  }

  /** A delivery arrives. */
  restock(id: number, pieces: number): void {
    this.deliveries.set(id, (this.deliveries.get(id) ?? 0) + pieces);
  }

  replaceWith(lookup: ProductLookup): void {
    this.lookup = lookup;
    this.deliveries.clear();
  }
}
