import type { TaskerUser } from './authenticator.contract.js';

/** Weak, so that nothing is kept of a request that is over. */
const callers = new WeakMap<object, TaskerUser>();

/** Notes who makes a request, for those who answer it. */
export function rememberCaller(request: unknown, user: TaskerUser): void {
  if (typeof request === 'object' && request !== null) callers.set(request, user);
}

/** Who makes the request; null where the host does not authenticate, or did not yet. */
export function callerOf(request: unknown): TaskerUser | null {
  return typeof request === 'object' && request !== null ? (callers.get(request) ?? null) : null;
}

/** What is to be started, by the user who asks where nobody is named. */
export function startedBy<Task extends { readonly initiator?: string }>(request: unknown, task: Task): Task {
  const caller = callerOf(request);
  return caller ? { initiator: caller.id, ...task } : task;
}
