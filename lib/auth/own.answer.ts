import type { ExecutionContext, NestInterceptor } from '@nestjs/common';
import { catchError, map, tap, type Observable } from 'rxjs';
import { isTaskerRequest } from './tasker-request.js';

/** What a handler of ours answered, before interceptors of the host saw it. */
type Answer = { readonly value: unknown } | { readonly error: unknown };

/** One context is made for each call, and given to all its interceptors. */
const answers = new WeakMap<ExecutionContext, Answer>();

/** Stands on controllers and resolvers of ours, and so inside of all global interceptors. */
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
 * Stands before all other global interceptors: whatever those made of an answer of ours (`{ data: ... }`), it goes out as documented.
 * If ours was never asked, as when a cache answers, or if an interceptor fails after it, that is the host's to say.
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
