import type { Big } from 'big.js';
import { money, roundToCents } from './money.js';

const TAX_RATE = '0.08';
const POUNDS_PER_PIECE = '0.5';
const SHIPPING_RATES = [
  { upToPounds: 2, price: '5.99' },
  { upToPounds: 10, price: '9.99' },
  { upToPounds: Infinity, price: '14.99' },
] as const;

export interface PricedLine {
  readonly price: number;
  readonly quantity: number;
}

export interface CartPrice {
  readonly subtotal: Big;
  readonly tax: Big;
  readonly shipping: Big;
  readonly total: Big;
}

export function priceCart(lines: readonly PricedLine[]): CartPrice {
  const subtotal = lines.reduce((sum, line) => sum.plus(lineTotal(line)), money(0));
  const tax = roundToCents(subtotal.times(TAX_RATE));
  const shipping = shippingFor(lines.reduce((pieces, { quantity }) => pieces + quantity, 0));
  return { subtotal, tax, shipping, total: subtotal.plus(tax).plus(shipping) };
}

export function lineTotal({ price, quantity }: PricedLine): Big {
  return money(price).times(quantity);
}

function shippingFor(pieces: number): Big {
  const pounds = money(POUNDS_PER_PIECE).times(pieces).toNumber();
  return money(SHIPPING_RATES.find(({ upToPounds }) => pounds <= upToPounds)!.price);
}
