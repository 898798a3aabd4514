import type { ActionBy } from '../engine/tasks/task.action.js';
import { callerOf } from '../auth/caller.js';
import { InvalidBodyError } from './rest.errors.js';

/** Who acts where the host does not authenticate and the caller does not say. */
const NOBODY = 'unknown';

/**
 * Who acts, and why. Where the host authenticates it is the user, whom a body cannot make somebody else.
 * @throws InvalidBodyError
 */
export function operatorOf(request: unknown, { actor, reason }: Partial<ActionBy>): ActionBy {
  const caller = callerOf(request);
  if (caller && actor !== undefined && actor !== caller.id) {
    throw new InvalidBodyError([{ pointer: '/actor', message: 'is the authenticated user; leave it out' }]);
  }
  return { actor: caller?.id ?? actor ?? NOBODY, ...(reason !== undefined && { reason }) };
}
