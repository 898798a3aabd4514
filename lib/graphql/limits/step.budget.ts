import { Inject, Injectable } from '@nestjs/common';
import type { Execution } from '../graphql.execution.js';
import { QUERY_LIMITS, type QueryLimits } from './query.limits.js';
import { QueryLimitError } from './query-limit.error.js';

/**
 * Counts the neighbours of steps in one answer. Their number is known only after they are read, and each level of
 * `siblings` multiplies it: a small query can have an answer that does not fit into memory.
 */
@Injectable()
export class StepBudget {
  private readonly spent = new WeakMap<object, number>();

  constructor(@Inject(QUERY_LIMITS) private readonly limits: Required<QueryLimits>) {}

  /** @throws QueryLimitError if the total exceeds `maxCost` */
  spend({ key }: Execution, steps: number): void {
    const { maxCost } = this.limits;
    const spent = (this.spent.get(key) ?? 0) + steps;
    this.spent.set(key, spent);
    if (spent > maxCost) throw new QueryLimitError('maxCost', spent, maxCost);
  }
}
