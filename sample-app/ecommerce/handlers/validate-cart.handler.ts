import { PermanentError, RetryableError, StepHandler, type StepContext, type StepHandlerContract } from 'nestjs-tasker';
import { lineTotal, priceCart } from '../cart.pricing.js';
import type { CartItem, OrderContext } from '../order.context.js';
import type { ValidatedCart, ValidatedItem } from '../order.results.js';
import { CatalogueService } from '../services/catalogue.service.js';
import { Clock } from '../services/clock.js';
import type { Product } from '../services/products.js';
import { required } from './step.inputs.js';

/** Seconds after which a delivery may have arrived. */
const STOCK_RETRY_SECONDS = 30;

interface CartLine {
  readonly productId: number;
  readonly quantity: number;
}

/** Looks up every product of the cart and works out what the order costs; the catalogue's prices count, not the cart's. */
@StepHandler('ecommerce.validate_cart')
export class ValidateCartHandler implements StepHandlerContract<OrderContext> {
  constructor(
    private readonly catalogue: CatalogueService,
    private readonly clock: Clock,
  ) {}

  process({ task }: StepContext<OrderContext>): ValidatedCart {
    const lines = readCart(task.context.cart_items);
    const items = lines.map((line) => validatedItem(line, this.available(line, lines)));
    const price = priceCart(items);
    return {
      validated_items: items,
      subtotal: price.subtotal.toNumber(),
      tax: price.tax.toNumber(),
      shipping: price.shipping.toNumber(),
      total: price.total.toNumber(),
      item_count: items.length,
      validated_at: this.clock.now().toISOString(),
    };
  }

  /** The product of a line; all lines of a product share its stock. */
  private available({ productId }: CartLine, lines: readonly CartLine[]): Product {
    const product = required(this.catalogue.find(productId), 'PRODUCT_NOT_FOUND', `There is no product ${productId}`);
    if (!product.active) {
      throw new PermanentError(`${product.name} is no longer sold`, { code: 'PRODUCT_INACTIVE' });
    }
    const wanted = lines.filter((line) => line.productId === productId).reduce((sum, line) => sum + line.quantity, 0);
    if (product.stock >= wanted) return product;
    throw new RetryableError(`${wanted} × ${product.name} wanted, ${product.stock} in stock`, {
      code: 'INSUFFICIENT_STOCK',
      retryAfter: STOCK_RETRY_SECONDS,
    });
  }
}

function readCart(items: readonly CartItem[] | undefined): readonly CartLine[] {
  return required(items, 'MISSING_CART_ITEMS', 'The cart is empty').map(({ product_id, quantity }) => {
    const productId = required(product_id, 'MISSING_PRODUCT_ID', 'A line of the cart names no product');
    if (quantity === undefined || !Number.isInteger(quantity) || quantity <= 0) {
      const message = `The quantity of product ${productId} must be a whole number above 0, got ${quantity}`;
      throw new PermanentError(message, { code: 'INVALID_QUANTITY' });
    }
    return { productId, quantity };
  });
}

function validatedItem({ quantity }: CartLine, { id, name, price }: Product): ValidatedItem {
  return { product_id: id, name, price, quantity, line_total: lineTotal({ price, quantity }).toNumber() };
}
