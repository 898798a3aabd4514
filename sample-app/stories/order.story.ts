import type { TaskState } from 'nestjs-tasker';
import type { OrderContext } from '../ecommerce/order.context.js';
import type { World } from './story.world.js';

/** The steps of the checkout, in their order. */
export const STEPS = [
  'validate_cart',
  'process_payment',
  'update_inventory',
  'create_order',
  'send_confirmation',
] as const;

/** The same steps in one word each, for displays. */
export const SHORT_STEP_NAMES = ['cart', 'payment', 'stock', 'order', 'mail'] as const;

/** The steps whose outside call can be made to hang. */
export type HoldableStep = 'process_payment' | 'update_inventory' | 'send_confirmation';

/** An order, what happens to it, and how it has to end. */
export interface OrderStory {
  readonly title: string;
  readonly order: OrderContext;
  /** Breaks something before the order comes. */
  readonly trouble?: (world: World) => void;
  /** Mends something once a step of the order has failed and waits for its next attempt. */
  readonly relief?: (world: World) => void;
  readonly expected: Outcome;
}

/** An order that a worker process takes and holds at this step until it is killed. */
export interface CrashStory extends OrderStory {
  readonly heldAt: HoldableStep;
}

export interface Outcome {
  readonly state: TaskState;
  /** Attempts of each step, in the order of `STEPS`. */
  readonly attempts: readonly number[];
  /** What the cart costs, with two decimals; null when the cart was not even valid. */
  readonly total: string | null;
  /** Times the customer was charged. */
  readonly charges: number;
  /** Step and code of the failure that ended the order. */
  readonly failure: string | null;
}
