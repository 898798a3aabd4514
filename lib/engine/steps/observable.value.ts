/** The part of an Observable that is needed to wait for it, made by any copy of rxjs. */
interface ObservableLike {
  subscribe(observer: {
    readonly next: (value: unknown) => void;
    readonly error: (error: unknown) => void;
    readonly complete: () => void;
  }): { unsubscribe(): void };
}

/** The key by which libraries recognise Observables. */
const INTEROP = (Symbol as unknown as { readonly observable?: symbol }).observable ?? '@@observable';

/** Whether the value is an Observable, such as `HttpService` of `@nestjs/axios` returns. */
export function isObservable(value: unknown): value is ObservableLike {
  if (typeof value !== 'object' || value === null) return false;
  const found = value as { subscribe?: unknown; lift?: unknown; [INTEROP]?: unknown };
  if (typeof found.subscribe !== 'function') return false;
  return typeof found.lift === 'function' || typeof found[INTEROP as never] === 'function';
}

/**
 * The last value of an Observable, as Nest takes it from a controller; null if there is none.
 * @throws the error of the Observable; the reason of the signal if it is aborted, after unsubscribing
 */
export function lastValueOf(observable: ObservableLike, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let last: unknown = null;
    const subscription = observable.subscribe({
      next: (value) => (last = value),
      error: reject,
      complete: () => resolve(last),
    });
    const leave = (): void => {
      subscription.unsubscribe();
      reject(signal.reason as Error);
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true }); // the listener is released with the signal, which belongs to this attempt
  });
}
