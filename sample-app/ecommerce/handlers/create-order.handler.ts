import { PermanentError, StepHandler, type StepContext, type StepHandlerContract } from 'nestjs-tasker';
import type { OrderContext } from '../order.context.js';
import type { CreatedOrder, InventoryUpdate, PaymentReceipt, ValidatedCart } from '../order.results.js';
import { draftOrder, problemsOf } from '../orders/order.draft.js';
import { OrderRepository } from '../orders/order.repository.js';
import type { ShopOrder } from '../orders/shop-order.entity.js';
import { Clock } from '../services/clock.js';
import { required, requiredResults } from './step.inputs.js';

const DELIVERY_DAYS = 7;
const DAY_MS = 24 * 60 * 60 * 1_000;

type OrderStepContext = StepContext<OrderContext, { readonly update_inventory: InventoryUpdate | null }>;

/** Writes the order into the shop's own table, once for each task. */
@StepHandler('ecommerce.create_order')
export class CreateOrderHandler implements StepHandlerContract<OrderContext, OrderStepContext['results']> {
  constructor(
    private readonly orders: OrderRepository,
    private readonly clock: Clock,
  ) {}

  async process(context: OrderStepContext): Promise<CreatedOrder> {
    const draft = draftOrder(await readInputs(context), this.clock.now());
    const problems = await problemsOf(draft);
    if (problems.length > 0) {
      throw new PermanentError(`The order is not valid: ${problems.join(', ')}`, {
        code: 'ORDER_VALIDATION_FAILED',
        context: { problems },
      });
    }
    return resultsOf(await this.orders.createOnce(draft));
  }
}

async function readInputs(context: OrderStepContext) {
  const { task, results } = context;
  return {
    taskId: task.id,
    customer: required(task.context.customer_info, 'MISSING_CUSTOMER_INFO', 'The order has no customer'),
    cart: await requiredResults<ValidatedCart>(context, 'validate_cart', 'MISSING_CART_VALIDATION'),
    payment: await requiredResults<PaymentReceipt>(context, 'process_payment', 'MISSING_PAYMENT_RESULT'),
    inventory: required(results.update_inventory, 'MISSING_INVENTORY_RESULT', 'Step update_inventory left no results'),
  };
}

function resultsOf(order: ShopOrder): CreatedOrder {
  return {
    order_id: order.id,
    order_number: order.orderNumber,
    status: order.status,
    total_amount: order.totalAmount,
    customer_email: order.customerEmail,
    created_at: order.createdAt.toISOString(),
    estimated_delivery: longDate(new Date(order.createdAt.getTime() + DELIVERY_DAYS * DAY_MS)),
  };
}

/** "March 05, 2026" */
function longDate(date: Date): string {
  return date.toLocaleDateString('en-US', { year: 'numeric', month: 'long', day: '2-digit', timeZone: 'UTC' });
}
