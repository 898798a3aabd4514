import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';

const atLoad = AsyncLocalStorage.snapshot();

/**
 * Calls a function in the asynchronous context in which the package was loaded, where no request and no transaction of the host's
 * is under way. Whatever outlives its caller begins here: passes, timers, notices, statements, and what users wrote (steps,
 * listeners). Else it would run as the user, or in the transaction, that happened to wake it, and keep that alive.
 *
 * What a caller waits for and what it lets itself be asked about (authenticators, identity strategies) stays in the caller's context.
 */
export function inOwnContext<Args extends unknown[], Result>(work: (...args: Args) => Result, ...args: Args): Result {
  return atLoad(newContext).runInAsyncScope(work, undefined, ...args);
}

/** One for each call, as in Node 20 what `enterWith` enters stays in the context in which it was called. */
function newContext(): AsyncResource {
  return new AsyncResource('Tasker');
}
