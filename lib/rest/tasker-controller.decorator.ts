import { applyDecorators, Controller, UseFilters, UseGuards, UseInterceptors, VERSION_NEUTRAL } from '@nestjs/common';
import { TaskerGuard } from '../auth/tasker.guard.js';
import { CorrelationInterceptor } from './correlation.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { MediaTypeGuard } from './media-type.guard.js';
import { ProblemFilter } from './problem.filter.js';

/** A controller below the mount path whose methods each need a permission, and which answers errors as problem documents. */
export const TaskerController = (path: string): ClassDecorator =>
  applyDecorators(
    Controller({ path, version: VERSION_NEUTRAL }),
    UseFilters(ProblemFilter),
    UseGuards(TaskerGuard, MediaTypeGuard),
    UseInterceptors(CorrelationInterceptor, IdempotencyInterceptor),
  );
