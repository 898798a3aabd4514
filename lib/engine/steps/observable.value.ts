/** As much of an Observable as is needed to wait for it, whichever copy of rxjs made it. */
interface ObservableLike {
  subscribe(observer: {
    readonly next: (value: unknown) => void;
    readonly error: (error: unknown) => void;
    readonly complete: () => void;
  }): { unsubscribe(): void };
}

/** By which Observables of all libraries know each other. */
const INTEROP = (Symbol as unknown as { readonly observable?: symbol }).observable ?? '@@observable';

/** What `HttpService` of `@nestjs/axios` answers, for one. */
export function isObservable(value: unknown): value is ObservableLike {
  if (typeof value !== 'object' || value === null) return false;
  const found = value as { subscribe?: unknown; lift?: unknown; [INTEROP]?: unknown };
  if (typeof found.subscribe !== 'function') return false;
  return typeof found.lift === 'function' || typeof found[INTEROP as never] === 'function';
}

/**
 * The last value, as Nest takes it of what a controller returns; null when there is none.
 * @throws what it fails with; the reason of the signal when that fires, after unsubscribing
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
    else signal.addEventListener('abort', leave, { once: true }); // the signal is that of this run and goes with it
  });
}
