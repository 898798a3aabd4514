import type { TaskerUser } from '../workflow/access/authenticator.contract.js';

/** What a provider of identities says of a user. */
export type Claims = Readonly<Record<string, unknown>>;

/** The user that claims describe. The claims `roles` and `namespaces` are lists of strings. */
export function userOfClaims(id: string, { roles, namespaces }: Claims): TaskerUser {
  return {
    id,
    ...(roles !== undefined && { roles: textsIn(roles) }),
    ...(namespaces !== undefined && { namespaces: textsIn(namespaces) }),
  };
}

/** None for a claim of another form. If it were ignored, the user would have the default roles, and every namespace. */
function textsIn(claim: unknown): readonly string[] {
  return Array.isArray(claim) && claim.every((each) => typeof each === 'string') ? claim : [];
}
