import { orderOf } from './customer.orders.js';
import type { CrashStory, Outcome } from './order.story.js';

/** One attempt more for the step that the killed worker held, and never a second charge. */
const survived = (total: string, attempts: readonly number[]): Outcome => ({
  state: 'complete',
  attempts,
  total,
  charges: 1,
  failure: null,
});

/** Orders in the middle when their worker is killed, all at the worst moment: the effect is made, and not yet recorded. */
export const CRASH_STORIES: readonly CrashStory[] = [
  {
    title: 'killed after the mail had left',
    order: orderOf({ cart: { 3: 1 }, amount: 43.78, name: 'Maria Rossi' }),
    heldAt: 'send_confirmation',
    expected: survived('43.78', [1, 1, 1, 1, 2]),
  },
  {
    title: 'killed after the reservation',
    order: orderOf({ cart: { 2: 2, 8: 1 }, amount: 77.24, name: 'Olu Adeyemi' }),
    heldAt: 'update_inventory',
    expected: survived('77.24', [1, 1, 2, 1, 1]),
  },
  {
    title: 'killed after the charge',
    order: orderOf({ cart: { 1: 1 }, amount: 146.38, name: 'Li Wei' }),
    heldAt: 'process_payment',
    expected: survived('146.38', [1, 2, 1, 1, 1]),
  },
  {
    title: 'killed after another charge',
    order: orderOf({ cart: { 4: 4 }, amount: 178.75, name: 'Tom Baker' }),
    heldAt: 'process_payment',
    expected: survived('178.75', [1, 2, 1, 1, 1]),
  },
];
