import { ForeignActorError } from './auth.errors.js';
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

/** Who acts where the host does not authenticate and the caller does not say. */
const NOBODY = 'unknown';

/**
 * Who acts, and why. Where the host authenticates it is the user, whom a request cannot make somebody else.
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

/** A key that the caller gave a request, and whose it is: keys of two users are two keys. */
export interface RequestKey {
  readonly caller: string;
  readonly key: string;
}

/** Visible ASCII. */
const ACCEPTABLE_KEY = /^[\x21-\x7e]{1,255}$/;

/** What a request key must be like; null when it is. */
export function requestKeyFault(key: unknown): string | null {
  const isAcceptable = typeof key === 'string' && ACCEPTABLE_KEY.test(key);
  return isAcceptable ? null : 'must have 1 to 255 visible ASCII characters';
}

export function requestKeyOf(request: unknown, key: string): RequestKey {
  return { caller: callerOf(request)?.id ?? '', key };
}
