import { applyDecorators, UseFilters, UseGuards, UseInterceptors } from '@nestjs/common';
import { MetadataScanner } from '@nestjs/core';
import { OwnController } from '../auth/own-controller.decorator.js';
import type { TaskerRoute } from '../auth/tasker-request.js';
import { TaskerGuard } from '../auth/tasker.guard.js';
import { AnswerHeaders } from './answer.headers.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { MediaTypeGuard } from './media-type.guard.js';
import { ApiTag, type Tag } from './openapi/tags.js';
import { PreconditionGuard } from './precondition.guard.js';
import { ProblemFilter } from './problem.filter.js';

/** A controller of `@Route` methods. Each method needs a permission, and answers errors with problem documents. */
export const TaskerController = (tag: Tag, route: TaskerRoute = 'rest'): ClassDecorator =>
  applyDecorators(
    OwnController('', route),
    ApiTag(tag),
    withoutParameterClasses,
    UseFilters(ProblemFilter),
    UseGuards(TaskerGuard, MediaTypeGuard, PreconditionGuard),
    UseInterceptors(AnswerHeaders, IdempotencyInterceptor),
  );

const PARAMETER_TYPES = 'design:paramtypes';

/**
 * Removes the classes of parameters, by which a global pipe of the host, such as `ValidationPipe`, would check and
 * convert them.
 */
function withoutParameterClasses({ prototype }: { readonly prototype: object }): void {
  for (const name of new MetadataScanner().getAllMethodNames(prototype)) {
    const types = Reflect.getMetadata(PARAMETER_TYPES, prototype, name) as readonly unknown[] | undefined;
    if (types)
      Reflect.defineMetadata(
        PARAMETER_TYPES,
        types.map(() => Object),
        prototype,
        name,
      );
  }
}
