import type { TaskDetails } from 'nestjs-tasker';
import { money } from '../ecommerce/money.js';
import type { ValidatedCart } from '../ecommerce/order.results.js';
import type { LedgerEntry } from '../ecommerce/services/effect.ledger.js';
import { STEPS, type Outcome } from '../stories/order.story.js';

/** How an order really ended. */
export function outcomeOf(task: TaskDetails, effects: readonly LedgerEntry[]): Outcome {
  const steps = STEPS.map((name) => task.steps.find((step) => step.name === name)!);
  const cart = steps[0]!.results as ValidatedCart | null;
  const failed = steps.find(({ state }) => state === 'error');
  return {
    state: task.state,
    attempts: steps.map(({ attempts }) => attempts),
    total: typeof cart?.total === 'number' ? money(cart.total).toFixed(2) : null,
    charges: effects.filter(({ service }) => service === 'payment').length,
    failure: failed === undefined ? null : `${failed.name} ${failed.error?.code ?? 'without a code'}`,
  };
}
