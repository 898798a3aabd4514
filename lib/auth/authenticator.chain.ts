import type { Authenticator, TaskerUser } from '../workflow/access/authenticator.contract.js';
import { DEFAULT_SCHEME } from './auth.errors.js';

/** Asks several authenticators in order. The first that knows the user of a request counts. */
export class AuthenticatorChain implements Authenticator {
  readonly scheme: string;

  constructor(private readonly members: readonly Authenticator[]) {
    this.scheme = [...new Set(members.map(({ scheme = DEFAULT_SCHEME }) => scheme))].join(', ');
  }

  /** An error of one refuses the request: if it cannot tell whether it knows the user, no other may decide for it. */
  async authenticate(request: unknown): Promise<TaskerUser | null> {
    for (const member of this.members) {
      const user = await member.authenticate(request);
      if (user) return user;
    }
    return null;
  }
}
