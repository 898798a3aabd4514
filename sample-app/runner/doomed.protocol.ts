import type { CrashStory } from '../stories/order.story.js';

/** What the doomed worker is told: which orders to take, and where to hold each. */
export interface HoldOrders {
  readonly orders: readonly OrderToHold[];
}

export type OrderToHold = Pick<CrashStory, 'title' | 'order' | 'heldAt'>;

/** What it answers: the orders, once it holds them all, or why it cannot. */
export type HoldAnswer = { readonly held: readonly HeldOrder[] } | { readonly problem: string };

export interface HeldOrder {
  readonly title: string;
  readonly taskId: string;
}
