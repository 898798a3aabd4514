import { ForeignActorError } from './auth.errors.js';
import type { TaskerUser } from '../workflow/access/authenticator.contract.js';

/** Weak, so that ended requests are not kept in memory. */
const callers = new WeakMap<object, TaskerUser>();

/** Remembers the user of a request. */
export function rememberCaller(request: unknown, user: TaskerUser): void {
  if (typeof request === 'object' && request !== null) callers.set(request, user);
}

/** The user of a request; null if the host does not authenticate, or has not done so yet. */
export function callerOf(request: unknown): TaskerUser | null {
  return typeof request === 'object' && request !== null ? (callers.get(request) ?? null) : null;
}

/** The actor if the host does not authenticate and the request does not name one. */
const NOBODY = 'unknown';

/**
 * The actor and the reason of an action. If the host authenticates, the actor is the user, and a request cannot name
 * another one.
 * @throws ForeignActorError
 */
export function operatorOf(
  request: unknown,
  { actor, reason }: { readonly actor?: string; readonly reason?: string },
): { readonly actor: string; readonly reason?: string } {
  const caller = callerOf(request);
  if (caller && actor !== undefined && actor !== caller.id) throw new ForeignActorError();
  return { actor: caller?.id ?? actor ?? NOBODY, ...(reason !== undefined && { reason }) };
}
