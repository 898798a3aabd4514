import { Catch, type ArgumentsHost } from '@nestjs/common';
import { TaskerError } from '../workflow/tasker.error.js';
import { ProblemFilter } from './problem.filter.js';

/**
 * Answers our errors in controllers of the host as problem documents, which say more than the filter of Nest does: the code, each
 * fault, when to try again.
 *
 * @example
 * ```ts
 * @Controller('orders')
 * @UseFilters(TaskerErrorFilter) // or, for all controllers: { provide: APP_FILTER, useClass: TaskerErrorFilter }
 * export class OrdersController {}
 * ```
 */
@Catch(TaskerError)
export class TaskerErrorFilter extends ProblemFilter {
  override catch(error: unknown, context: ArgumentsHost): void {
    // Elsewhere, such as in a resolver, a filter that returns nothing has not handled the error, and Nest goes on as if without it.
    if (context.getType() === 'http') super.catch(error, context);
  }
}
