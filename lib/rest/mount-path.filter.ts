import { Catch, type ArgumentsHost, type ExceptionFilter, type Type } from '@nestjs/common';
import { FILTER_CATCH_EXCEPTIONS } from '@nestjs/common/constants.js';
import { ApplicationConfig, BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import { targetOf } from '../auth/request.target.js';
import { CrossOrigin } from './cross-origin.js';
import { MountPath } from './mount.path.js';
import { ProblemFilter } from './problem.filter.js';

/**
 * Bodies are parsed, and unknown routes refused, before a controller is chosen, so the filter of the controllers does
 * not get these errors. This filter is global, but answers only requests below the mount path. All other exceptions go
 * to the host's own global filters, or to Nest's. So do those of the dashboard's files, because a filter of the host
 * may redirect to its login page.
 */
@Catch()
export class MountPathFilter extends BaseExceptionFilter {
  constructor(
    private readonly mount: MountPath,
    private readonly adapter: HttpAdapterHost,
    private readonly config: ApplicationConfig,
    private readonly problems: ProblemFilter,
    private readonly origins: CrossOrigin,
  ) {
    super();
  }

  override catch(error: unknown, context: ArgumentsHost): unknown {
    const isHttp = context.getType() === 'http';
    if (isHttp) this.origins.permit(context.getArgByIndex(0), context.getArgByIndex(1));
    const answering = isHttp && this.isForPrograms(context) ? this.problems : this.nextFilter(error);
    if (answering) return answering.catch(error, context) as unknown;
    // In other contexts, a filter that returns nothing has not handled the error, and Nest continues without it.
    if (isHttp) super.catch(error, context);
    return undefined;
  }

  private isForPrograms(context: ArgumentsHost): boolean {
    const { path } = targetOf(this.adapter.httpAdapter, context.getArgByIndex(0));
    return this.mount.isAbove(path) && !this.mount.isAboveDashboard(path);
  }

  /** Nest calls global filters from the last to the first, so those after this one have already declined. */
  private nextFilter(error: unknown): ExceptionFilter | undefined {
    const filters = this.config.getGlobalFilters();
    return filters.slice(0, Math.max(filters.indexOf(this), 0)).findLast((filter) => catches(filter, error));
  }
}

function catches(filter: ExceptionFilter, error: unknown): boolean {
  const types = Reflect.getMetadata(FILTER_CATCH_EXCEPTIONS, filter.constructor) as readonly Type[] | undefined;
  return types === undefined || types.length === 0 || types.some((type) => error instanceof type);
}
