import { ForeignActorError } from './auth.errors.js';
import type { TaskerUser } from './authenticator.contract.js';

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

/** The key of a request, and its owner: the same key of two users counts as two keys. */
export interface RequestKey {
  readonly caller: string;
  readonly key: string;
}

/** Matches visible ASCII characters. */
const ACCEPTABLE_KEY = /^[\x21-\x7e]{1,255}$/;

/** The fault of a request key; null if it is valid. */
export function requestKeyFault(key: unknown): string | null {
  const isAcceptable = typeof key === 'string' && ACCEPTABLE_KEY.test(key);
  return isAcceptable ? null : 'must have 1 to 255 visible ASCII characters';
}

export function requestKeyOf(request: unknown, key: string): RequestKey {
  return { caller: callerOf(request)?.id ?? '', key };
}
