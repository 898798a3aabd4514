import { applyDecorators, UseFilters, UseGuards, UseInterceptors } from '@nestjs/common';
import { Resolver } from '@nestjs/graphql';
import { OwnRoute } from '../../auth/own-route.decorator.js';
import { TaskerGuard } from '../../auth/tasker.guard.js';
import { GraphqlErrorFilter } from '../graphql-error.filter.js';
import { GraphqlCorrelationInterceptor } from '../http/correlation.interceptor.js';
import { FormGuard } from '../http/form.guard.js';
import { LimitGuard } from '../limits/limit.guard.js';

/** Marks a resolver whose queries and mutations need a permission and respect the limits. */
export const TaskerResolver = (): ClassDecorator =>
  applyDecorators(
    Resolver(),
    OwnRoute('graphql'),
    UseFilters(GraphqlErrorFilter),
    UseGuards(FormGuard, LimitGuard, TaskerGuard),
    UseInterceptors(GraphqlCorrelationInterceptor),
  );
