import { Inject, Injectable } from '@nestjs/common';
import type { Execution } from '../graphql.execution.js';
import { QUERY_LIMITS, type QueryLimits } from './query.limits.js';
import { QueryLimitError } from './query-limit.error.js';

/**
 * Counts the steps that one execution answers around other steps. How many a step has is known only when it was read, and each
 * level of `siblings` multiplies by it: what was a small question before can be more than fits into memory.
 */
@Injectable()
export class StepBudget {
  private readonly spent = new WeakMap<object, number>();

  constructor(@Inject(QUERY_LIMITS) private readonly limits: Required<QueryLimits>) {}

  /** @throws QueryLimitError where it is more than `maxCost` together */
  spend({ key }: Execution, steps: number): void {
    const { maxCost } = this.limits;
    const spent = (this.spent.get(key) ?? 0) + steps;
    this.spent.set(key, spent);
    if (spent > maxCost) throw new QueryLimitError('maxCost', spent, maxCost);
  }
}
