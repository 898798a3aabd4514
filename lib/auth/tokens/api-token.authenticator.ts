import { Injectable } from '@nestjs/common';
import type { Authenticator } from '../../workflow/access/authenticator.contract.js';
import { bearerTokenOf } from '../bearer.token.js';
import type { ApiTokenUser } from './api.token.js';
import { ApiTokenService } from './api-token.service.js';

/**
 * Identifies machines by the tokens of `ApiTokenService`: `Authorization: Bearer tsk_…`. Any other token has no user here,
 * so that authenticators after this one can know it.
 *
 * ```ts
 * TaskerModule.forRoot({ auth: { authenticators: [ApiTokenAuthenticator] } })
 * ```
 */
@Injectable()
export class ApiTokenAuthenticator implements Authenticator<ApiTokenUser> {
  readonly scheme = 'Bearer';

  constructor(private readonly tokens: ApiTokenService) {}

  /** @throws AuthUnavailableError if the database cannot be reached */
  async authenticate(request: unknown): Promise<ApiTokenUser | null> {
    const token = bearerTokenOf(request);
    return token === null ? null : this.tokens.userOf(token);
  }
}
