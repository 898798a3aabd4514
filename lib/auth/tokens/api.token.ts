import type { ApiTokenDetails } from '../../persistence/api-token.gateway.js';
import type { TaskerUser } from '../../workflow/access/authenticator.contract.js';

export type { ApiTokenDetails };

/** A token with its secret, which is shown only once. */
export interface ApiTokenWithSecret extends ApiTokenDetails {
  /** What clients send as bearer token: `tsk_`, the id, `_` and 43 random characters. */
  readonly secret: string;
}

/** A token to create. */
export interface NewApiToken {
  /** A name for people, of 1 to 128 characters. */
  readonly name: string;
  /** The id of the user as whom the token acts, of 1 to 128 characters. */
  readonly userId: string;
  /** Up to 100 roles of the user. @default none */
  readonly roles?: readonly string[];
  /** The 1 to 100 namespaces to which the token is limited; null for every namespace. @default every namespace */
  readonly namespaces?: readonly string[] | null;
  /** When the token expires; null for never. @default never */
  readonly expiresAt?: string | Date | null;
}

/** The user of a request with a token. */
export interface ApiTokenUser extends TaskerUser {
  readonly roles: readonly string[];
  readonly namespaces: readonly string[] | null;
  readonly expiresAt: Date | null;
  readonly method: 'api_token';
  readonly tokenId: string;
}
