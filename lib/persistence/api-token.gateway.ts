import { Inject, Injectable } from '@nestjs/common';
import { AuditWriter, type AuditedAct } from './audit.writer.js';
import { Database } from './database.js';

/** A token by which a machine authenticates, without its secret. */
export interface ApiTokenDetails {
  readonly id: string;
  readonly name: string;
  /** The user as whom the token acts. */
  readonly userId: string;
  readonly roles: readonly string[];
  /** Null for every namespace. */
  readonly namespaces: readonly string[] | null;
  readonly createdAt: string;
  readonly createdBy: string;
  /** Null if the token does not expire. */
  readonly expiresAt: string | null;
  /** When the secret before the latest rotation expires; null if only one secret is valid. */
  readonly previousExpiresAt: string | null;
  /** Accurate to a minute; null if the token was never used. */
  readonly lastUsedAt: string | null;
  /** Null if the token was not revoked. */
  readonly revokedAt: string | null;
  readonly revokedBy: string | null;
}

export interface NewStoredApiToken extends Pick<ApiTokenDetails, 'id' | 'name' | 'userId' | 'roles' | 'namespaces'> {
  readonly secretHash: Buffer;
  readonly expiresAt: string | null;
  readonly by: string;
}

/** A new secret. */
export interface ApiTokenRotation {
  readonly secretHash: Buffer;
  readonly overlapSeconds: number;
  /** The roles that the token may have; null for any. */
  readonly roles: readonly string[] | null;
}

/** The reason for which nothing was changed; see `sql/functions/create_api_token.sql` and `rotate_api_token.sql`. */
export interface ApiTokenFault {
  readonly fault: 'expired' | 'too_many' | 'ended' | 'exceeds';
}

/** The facts by which a request is authenticated; see `sql/functions/find_api_token.sql`. */
export interface KnownApiToken extends Pick<ApiTokenDetails, 'userId' | 'roles' | 'namespaces' | 'expiresAt'> {
  readonly secretHash: string;
  readonly previousHash: string | null;
  readonly isUseNoted: boolean;
}

/** Selects tokens whose namespaces are among these; null for all. */
export type Within = readonly string[] | null;

/** Stores API tokens. */
@Injectable()
export class ApiTokenGateway {
  constructor(
    @Inject(Database) private readonly database: Pick<Database, 'call' | 'maxReadBytes'>,
    @Inject(AuditWriter) private readonly audit: Pick<AuditWriter, 'call'>,
  ) {}

  create(token: NewStoredApiToken): Promise<ApiTokenDetails | ApiTokenFault> {
    const { id, name, userId, roles, namespaces, secretHash, expiresAt, by } = token;
    const parameters = [id, name, userId, roles, namespaces, secretHash, expiresAt, by, this.database.maxReadBytes];
    const to = { name, userId, roles: [...roles], namespaces: namespaces && [...namespaces], expiresAt };
    return this.audit.call(act('createApiToken', id, by, { to }), 'create_api_token', parameters);
  }

  /**
   * Returns the tokens, the oldest first.
   * @throws AnswerTooLargeError
   */
  list(within: Within): Promise<readonly ApiTokenDetails[]> {
    return this.database.call('list_api_tokens', [within, this.database.maxReadBytes]);
  }

  /** Returns null for an unknown token. */
  rotate(
    id: string,
    { secretHash, overlapSeconds, roles }: ApiTokenRotation,
    within: Within,
  ): Promise<ApiTokenDetails | ApiTokenFault | null> {
    const parameters = [id, secretHash, overlapSeconds, within, roles];
    return this.audit.call(act('rotateApiToken', id, undefined, { overlapSeconds }), 'rotate_api_token', parameters);
  }

  /** Returns whether there is such a token. */
  revoke(id: string, by: string, within: Within): Promise<boolean> {
    return this.audit.call(act('revokeApiToken', id, by), 'revoke_api_token', [id, by, within]);
  }

  /** Returns null for a token that is unknown, was revoked or has expired. */
  find(id: string): Promise<KnownApiToken | null> {
    return this.database.call('find_api_token', [id]);
  }

  /** Notes that a token is used now. */
  use(id: string): Promise<boolean> {
    return this.database.call('use_api_token', [id]);
  }
}

const act = (operation: string, id: string, actor?: string, details?: AuditedAct['details']): AuditedAct => ({
  operation,
  kind: 'api_token',
  id,
  ...(actor !== undefined && { actor }),
  ...(details && { details }),
});
