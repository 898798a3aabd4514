import { describe, expect, it } from '@jest/globals';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { catchError, from, lastValueFrom, map, mergeMap, Observable, of, throwError, type ObservableInput } from 'rxjs';
import { answerKeeper, answerRestorer } from '../../../lib/auth/own.answer.js';
import { OwnRoute } from '../../../lib/auth/own-route.decorator.js';
import { isTaskerRequest } from '../../../lib/auth/tasker-request.js';

@OwnRoute('rest')
class Ours {
  readonly isOurs = true;
}
class Theirs {
  readonly isTheirs = true;
}

const contextOf = (controller: object): ExecutionContext => ({ getClass: () => controller }) as ExecutionContext;

/** What goes out when an interceptor of the host stands between ours. */
function answerOf(handler: () => ObservableInput<unknown>, host: NestInterceptor, controller: object = Ours) {
  const context = contextOf(controller);
  const chain = [answerRestorer, host, ...(controller === Ours ? [answerKeeper] : [])];
  const handle = (index: number): Observable<unknown> => {
    const interceptor = chain[index];
    if (!interceptor) return from(handler());
    return new Observable((subscriber) => {
      const next: CallHandler = { handle: () => handle(index + 1) };
      void Promise.resolve(interceptor.intercept(context, next)).then((answer) => answer.subscribe(subscriber));
    });
  };
  return lastValueFrom(handle(0));
}

const changing = (change: (answer: Observable<unknown>) => Observable<unknown>): NestInterceptor => ({
  intercept: (_, next) => change(next.handle()),
});
const wrapping = changing((answer) => answer.pipe(map((data) => ({ data }))));
const succeed = (): Observable<unknown> => of('ours');
const fail = (): Observable<never> => throwError(() => new Error('ours'));

describe('an answer of ours', () => {
  it('goes out as it was before an interceptor of the host changed it', async () => {
    expect(await answerOf(succeed, wrapping)).toBe('ours');
    expect(await answerOf(() => of(undefined), wrapping)).toBeUndefined();
  });

  it.each([
    ['an answer', changing((answer) => answer.pipe(catchError(() => of('fine'))))],
    ['another error', changing((answer) => answer.pipe(catchError(() => throwError(() => new Error('theirs')))))],
  ])('stays the error that it was when the host makes %s of it', async (_, host) => {
    await expect(answerOf(fail, host)).rejects.toThrow('ours');
  });

  it('gives way to an error that the host has after it', async () => {
    const failing = changing((answer) => answer.pipe(mergeMap(() => throwError(() => new Error('no audit')))));
    await expect(answerOf(succeed, failing)).rejects.toThrow('no audit');
  });

  it('is the host’s to give when we are not asked', async () => {
    expect(await answerOf(succeed, { intercept: () => of('kept') })).toBe('kept');
  });
});

describe('an answer of the host', () => {
  it('is none of our business', async () => {
    expect(await answerOf(() => of('theirs'), wrapping, Theirs)).toEqual({ data: 'theirs' });
  });
});

describe('isTaskerRequest', () => {
  it('knows our routes, and which of them', () => {
    expect(isTaskerRequest(contextOf(Ours))).toBe(true);
    expect(isTaskerRequest(contextOf(Ours), 'probe', 'rest')).toBe(true);
    expect(isTaskerRequest(contextOf(Ours), 'probe')).toBe(false);
    expect(isTaskerRequest(contextOf(Theirs))).toBe(false);
  });
});
