import { randomBytes } from 'node:crypto';
import { RetryableError, StepHandler, type StepContext, type StepHandlerContract } from 'nestjs-tasker';
import type { CustomerInfo, OrderContext } from '../order.context.js';
import type {
  InventoryChange,
  InventoryUpdate,
  UpdatedProduct,
  ValidatedCart,
  ValidatedItem,
} from '../order.results.js';
import { Clock } from '../services/clock.js';
import { MockInventoryService, type Availability, type ReservationAnswer } from '../services/mock-inventory.service.js';
import { callService, troubleWith, type TroublePolicy } from './service.trouble.js';
import { required, requiredResults } from './step.inputs.js';
import { answered, shapeResults } from './step.results.js';

/** Seconds after which another customer's hold on the last pieces may have lapsed. */
const STOCK_RETRY_SECONDS = 30;

const TROUBLE: TroublePolicy = {
  service: 'The warehouse',
  permanent: {},
  retryAfter: { INSUFFICIENT_STOCK: STOCK_RETRY_SECONDS },
};

type Wanted = Pick<ValidatedItem, 'product_id' | 'name' | 'quantity'>;

/** Reserves the stock of every product, once: a reservation has the key `task:step:product`, whatever the attempt. */
@StepHandler('ecommerce.update_inventory')
export class UpdateInventoryHandler implements StepHandlerContract<OrderContext> {
  constructor(
    private readonly inventory: MockInventoryService,
    private readonly clock: Clock,
  ) {}

  async process(context: StepContext<OrderContext>): Promise<InventoryUpdate> {
    const cart = await requiredResults<ValidatedCart>(context, 'validate_cart', 'MISSING_VALIDATED_ITEMS');
    const items = required(cart.validated_items, 'MISSING_VALIDATED_ITEMS', 'Step validate_cart left no items');
    const customer = required(context.task.context.customer_info, 'MISSING_CUSTOMER_INFO', 'The order has no customer');

    const products: UpdatedProduct[] = [];
    for (const wanted of byProduct(items)) products.push(await this.reserve(context, wanted, customer));
    return this.resultsFor(products);
  }

  private async reserve({ task, step }: StepContext<OrderContext>, wanted: Wanted, customer: CustomerInfo) {
    const { product_id, quantity } = wanted;
    const request = {
      product_id,
      quantity,
      order_id: `order_${task.id}`,
      customer_id: customer.id ?? null,
      idempotency_key: `${task.id}:${step.name}:${product_id}`,
    };
    const availability = await callService(TROUBLE, () => this.inventory.checkAvailability({ product_id, quantity }));
    if (!availability.available || !availability.can_fulfill) throw outOfStock(wanted, availability);
    const reservation = await callService(TROUBLE, () => this.inventory.reserveInventory(request));
    if (reservation.status !== 'reserved') throw troubleWith(TROUBLE, reservation.status);
    return shapeResults(reservation, () => updatedProduct(wanted, availability, reservation));
  }

  private resultsFor(products: readonly UpdatedProduct[]): InventoryUpdate {
    const now = this.clock.now().toISOString();
    return {
      updated_products: products,
      total_items_reserved: products.reduce((sum, { quantity_reserved }) => sum + quantity_reserved, 0),
      inventory_changes: products.map((product) => changeOf(product, now)),
      inventory_log_id: `log_${randomBytes(8).toString('hex')}`,
      updated_at: now,
    };
  }
}

/** Two lines of one product are one reservation, because its key names the product. */
function byProduct(items: readonly ValidatedItem[]): readonly Wanted[] {
  const wanted = new Map<number, Wanted>();
  for (const { product_id, name, quantity } of items) {
    wanted.set(product_id, { product_id, name, quantity: quantity + (wanted.get(product_id)?.quantity ?? 0) });
  }
  return [...wanted.values()];
}

function outOfStock({ name, quantity }: Wanted, { stock_level }: Availability): RetryableError {
  return new RetryableError(`${quantity} × ${name} wanted, ${stock_level} free at the moment`, {
    code: 'INSUFFICIENT_STOCK',
    retryAfter: STOCK_RETRY_SECONDS,
  });
}

function updatedProduct(wanted: Wanted, { stock_level }: Availability, reservation: ReservationAnswer): UpdatedProduct {
  return {
    product_id: wanted.product_id,
    name: wanted.name,
    previous_stock: answered(stock_level, 'stock_level'),
    new_stock: stock_level - wanted.quantity,
    quantity_reserved: wanted.quantity,
    reservation_id: answered(reservation.reservation_id, 'reservation_id'),
  };
}

function changeOf(
  { product_id, quantity_reserved, reservation_id }: UpdatedProduct,
  timestamp: string,
): InventoryChange {
  return {
    product_id,
    change_type: 'reservation',
    quantity: -quantity_reserved,
    reason: 'order_checkout',
    timestamp,
    reservation_id,
  };
}
