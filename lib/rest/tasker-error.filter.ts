import { Catch, type ArgumentsHost } from '@nestjs/common';
import { TaskerError } from '../workflow/tasker.error.js';
import { ProblemFilter } from './problem.filter.js';

/**
 * Answers errors of nestjs-tasker that controllers of the host throw with problem documents.
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
    // Elsewhere, such as in a resolver, a filter that returns nothing has not handled the error, and Nest continues
    // without it.
    if (context.getType() === 'http') super.catch(error, context);
  }
}
