import type { ExecutionContext, NestInterceptor } from '@nestjs/common';
import { catchError, map, tap, type Observable } from 'rxjs';
import { isTaskerRequest } from './tasker-request.js';

/** The answer of a handler of the package, before interceptors of the host change it. */
type Answer = { readonly value: unknown } | { readonly error: unknown };

/** Nest makes one context for each call, and passes it to all interceptors. */
const answers = new WeakMap<ExecutionContext, Answer>();

/**
 * An interceptor of the package's controllers and resolvers, which runs inside of all global interceptors. Keeps their
 * answers.
 */
export const answerKeeper: NestInterceptor = {
  intercept: (context, next) =>
    next.handle().pipe(
      tap({
        next: (value) => answers.set(context, { value }),
        error: (error: unknown) => answers.set(context, { error }),
      }),
    ),
};

/**
 * The first of all global interceptors. It restores the documented answers that other interceptors have changed, for
 * example to `{ data: ... }`. If the package's handler was not called, for example because a cache answered, or if an
 * interceptor fails after it, the host's answer is kept.
 */
export const answerRestorer: NestInterceptor = {
  intercept: (context, next) => (isTaskerRequest(context) ? restored(next.handle(), context) : next.handle()),
};

function restored(answer: Observable<unknown>, context: ExecutionContext): Observable<unknown> {
  return answer.pipe(
    map((changed) => {
      const ours = answers.get(context);
      if (!ours) return changed;
      if ('error' in ours) throw ours.error;
      return ours.value;
    }),
    catchError((error: unknown) => {
      const ours = answers.get(context);
      throw ours && 'error' in ours ? ours.error : error;
    }),
  );
}
