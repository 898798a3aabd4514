import { callerOf } from '../auth/caller.js';

/** The key of a request, and its owner: the same key of two users counts as two keys. */
export interface RequestKey {
  readonly caller: string;
  readonly key: string;
}

/** Matches visible ASCII characters. */
const ACCEPTABLE_KEY = /^[\x21-\x7e]{1,255}$/;

/** The problem of a request key; null if the key is valid. */
export function requestKeyFault(key: unknown): string | null {
  const isAcceptable = typeof key === 'string' && ACCEPTABLE_KEY.test(key);
  return isAcceptable ? null : 'must have 1 to 255 visible ASCII characters';
}

export function requestKeyOf(request: unknown, key: string): RequestKey {
  return { caller: callerOf(request)?.id ?? '', key };
}
