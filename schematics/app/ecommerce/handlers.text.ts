import type { NewFile } from '../../writing/write.files';

export const VALIDATE_CART: NewFile = {
  path: 'src/ecommerce/validate-cart.handler.ts',
  text: `import { Injectable } from '@nestjs/common';
import {
  HttpStepHandler,
  PermanentError,
  StepHandler,
  type HttpRequest,
  type HttpResponse,
} from 'nestjs-tasker';
import { Settings } from '../settings.module.js';
import type { OrderProcessingContext } from '../task-templates.js';
import type { OrderStep, ValidatedCart } from './order-processing.types.js';

/** The API's format. */
interface Cart {
  readonly id: number;
  readonly userId: number;
  readonly products: readonly {
    readonly id: number;
    readonly quantity: number;
  }[];
}

@Injectable()
@StepHandler('ecommerce.validate_cart')
export class ValidateCartHandler extends HttpStepHandler<OrderProcessingContext> {
  constructor(private readonly settings: Settings) {
    super();
  }

  protected request({ task }: OrderStep): HttpRequest {
    return { url: \`\${this.settings.apiBaseUrl}/carts/\${task.context.cart_id}\` };
  }

  protected override results(
    { body }: HttpResponse,
    { task }: OrderStep,
  ): ValidatedCart {
    const cart = body as unknown as Cart;
    if (cart.products.length === 0) {
      throw new PermanentError(\`Cart \${cart.id} is empty\`, {
        code: 'EMPTY_CART',
      });
    }
    const products = cart.products.map(({ id, quantity }) => ({
      product_id: id,
      quantity,
    }));
    return {
      cart_id: cart.id,
      user_id: task.context.user_id ?? cart.userId,
      products,
      total_products: products.length,
      total_quantity: products.reduce((sum, { quantity }) => sum + quantity, 0),
      validated_at: new Date().toISOString(),
    };
  }
}
`,
};

export const CHECK_INVENTORY: NewFile = {
  path: 'src/ecommerce/check-inventory.handler.ts',
  text: `import { Injectable } from '@nestjs/common';
import { StepHandler } from 'nestjs-tasker';
import { getJson } from '../api/get-json.js';
import { Settings } from '../settings.module.js';
import type {
  CheckedProduct,
  InventoryCheck,
  OrderStep,
} from './order-processing.types.js';

/** The API's format. */
interface Product {
  readonly id: number;
  readonly title: string;
  readonly price: number;
  readonly stock: number;
  readonly category: string;
}

@Injectable()
@StepHandler('ecommerce.check_inventory')
export class CheckInventoryHandler {
  constructor(private readonly settings: Settings) {}

  async process({
    results,
    signal,
  }: OrderStep<'validate_cart'>): Promise<InventoryCheck> {
    const ids = results.validate_cart.products.map((line) => line.product_id);
    const url = \`\${this.settings.apiBaseUrl}/products\`;
    const products = await Promise.all(
      ids.map((id) => getJson<Product>(\`\${url}/\${id}\`, signal)),
    );
    return { products: products.map(checked) };
  }
}

function checked({ id, stock, ...product }: Product): CheckedProduct {
  const { title, price, category } = product;
  const availability = stock > 0 ? 'available' : 'out_of_stock';
  return { product_id: id, title, price, stock, category, availability };
}
`,
};

export const CALCULATE_PRICING: NewFile = {
  path: 'src/ecommerce/calculate-pricing.handler.ts',
  text: `import { Injectable } from '@nestjs/common';
import { StepHandler } from 'nestjs-tasker';
import type { OrderStep, Pricing } from './order-processing.types.js';
import { pricingOf } from './pricing.js';

type Parents = 'validate_cart' | 'check_inventory';

@Injectable()
@StepHandler('ecommerce.calculate_pricing')
export class CalculatePricingHandler {
  process({ results, config, log }: OrderStep<Parents>): Pricing {
    const { validate_cart: cart, check_inventory: inventory } = results;
    const lines = inventory.products.map(({ price, category }, index) => ({
      price,
      category,
      quantity: cart.products[index].quantity,
    }));
    if (config.debug === true) log.info(\`prices \${JSON.stringify(lines)}\`);
    return pricingOf(lines);
  }
}
`,
};
