import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';

const atLoad = AsyncLocalStorage.snapshot();

/**
 * Calls a function in the asynchronous context in which the package was loaded, where no request and no transaction of
 * the host is in progress. All work that outlives its caller begins here: passes, timers, notifications, statements,
 * and code of users (steps, listeners). Otherwise it would run as the user, or in the transaction, that happened to
 * start it, and keep that context alive.
 *
 * Work that the caller waits for, such as authenticators and identity strategies, stays in the caller's context.
 */
export function inOwnContext<Args extends unknown[], Result>(work: (...args: Args) => Result, ...args: Args): Result {
  return atLoad(newContext).runInAsyncScope(work, undefined, ...args);
}

/**
 * Makes a context for each call, because in Node 20 a store that `enterWith` sets stays in the context in which it was
 * called.
 */
function newContext(): AsyncResource {
  return new AsyncResource('Tasker');
}
