import { Injectable, Logger } from '@nestjs/common';
import { ApiTokenGateway, type ApiTokenDetails, type ApiTokenFault } from '../../persistence/api-token.gateway.js';
import { isOutage, outageReason } from '../../persistence/sql.errors.js';
import { errorText } from '../../workflow/error.text.js';
import { requiredTextProblem, unknownFieldProblems } from '../../workflow/input.checks.js';
import { inputNames, inputProblems, type InputClass } from '../../workflow/input.fields.js';
import type { Problem } from '../../workflow/tasker.error.js';
import { AuthUnavailableError } from '../auth.errors.js';
import {
  ApiTokenExceedsUserError,
  EndedApiTokenError,
  InvalidApiTokenError,
  TooManyApiTokensError,
  UnknownApiTokenError,
} from './api-token.errors.js';
import { NewApiTokenInput, RotateApiTokenInput } from './api-token.input.js';
import { ALL_TOKENS, excessProblems, type ApiTokenReach } from './api-token.reach.js';
import {
  hashOf,
  isSecretOf,
  isTokenId,
  newTokenId,
  newTokenSecret,
  partsOfToken,
  tokenText,
} from './api-token.secret.js';
import type { ApiTokenUser, ApiTokenWithSecret, NewApiToken } from './api.token.js';

const OVERLAP_S = 3_600;

/** Manages the tokens by which machines authenticate. */
@Injectable()
export class ApiTokenService {
  private readonly logger = new Logger('TaskerAuth');

  constructor(private readonly tokens: ApiTokenGateway) {}

  /**
   * Creates a token. Only this method and `rotate` return its secret.
   *
   * @param by the person or program that creates it
   * @throws InvalidApiTokenError, ApiTokenExceedsUserError, TooManyApiTokensError
   *
   * @example
   * ```ts
   * const { secret } = await tokens.create({ name: 'nightly import', userId: 'importer', roles: ['operator'] }, 'ann');
   * ```
   */
  async create(token: NewApiToken, by: string, reach: ApiTokenReach = ALL_TOKENS): Promise<ApiTokenWithSecret> {
    refuse([...problemsOf(NewApiTokenInput, token), requiredTextProblem('/by', by)]);
    const excess = excessProblems(token, reach);
    if (excess.length > 0) throw new ApiTokenExceedsUserError(excess);
    const { name, userId, roles = [], namespaces = null, expiresAt = null } = token;
    const [id, secret] = [newTokenId(), newTokenSecret()];
    const said = { name, userId, roles, namespaces, expiresAt: expiresAt && new Date(expiresAt).toISOString() };
    const created = await this.tokens.create({ ...said, id, secretHash: hashOf(secret), by });
    return { ...stored(created, id), secret: tokenText({ id, secret }) };
  }

  /** Returns the tokens, the oldest first. Tokens that have ended are kept for 90 days. */
  async list(reach: ApiTokenReach = ALL_TOKENS): Promise<readonly ApiTokenDetails[]> {
    return this.tokens.list(reach.namespaces);
  }

  /**
   * Replaces the secret. The present one stays valid for `overlapSeconds`, 3,600 by default and a week at most, so that
   * clients can be changed one after the other; one that was replaced before does not.
   *
   * @throws InvalidApiTokenError, UnknownApiTokenError, EndedApiTokenError, ApiTokenExceedsUserError
   */
  async rotate(
    id: string,
    options: { readonly overlapSeconds?: number } = {},
    reach: ApiTokenReach = ALL_TOKENS,
  ): Promise<ApiTokenWithSecret> {
    refuse(problemsOf(RotateApiTokenInput, options));
    if (!isTokenId(id)) throw new UnknownApiTokenError(id);
    const { overlapSeconds = OVERLAP_S } = options;
    const { roles, namespaces } = reach;
    const secret = newTokenSecret();
    const rotated = await this.tokens.rotate(id, { secretHash: hashOf(secret), overlapSeconds, roles }, namespaces);
    return { ...stored(rotated, id), secret: tokenText({ id, secret }) };
  }

  /**
   * Ends a token at once, with both of its secrets. A token that was revoked before stays as it is.
   *
   * @param by the person or program that revokes it
   * @throws InvalidApiTokenError, UnknownApiTokenError
   */
  async revoke(id: string, by: string, reach: ApiTokenReach = ALL_TOKENS): Promise<void> {
    refuse([requiredTextProblem('/by', by)]);
    const isKnown = isTokenId(id) && (await this.tokens.revoke(id, by, reach.namespaces));
    if (!isKnown) throw new UnknownApiTokenError(id);
  }

  /**
   * Returns the user of a token, as clients send it; null if it is not valid. Nothing is cached, so a token that was
   * revoked is refused at once.
   *
   * @throws AuthUnavailableError if the database cannot be reached
   */
  async userOf(token: string): Promise<ApiTokenUser | null> {
    const parts = partsOfToken(token);
    if (!parts) return null;
    try {
      const { id, secret } = parts;
      const found = await this.tokens.find(id);
      if (!isSecretOf(secret, found) || !found) return null;
      if (!found.isUseNoted) await this.noteUse(id);
      const { userId, roles, namespaces, expiresAt } = found;
      const credentials = { method: 'api_token', tokenId: id } as const;
      return {
        id: userId,
        roles,
        namespaces,
        expiresAt: expiresAt === null ? null : new Date(expiresAt),
        ...credentials,
      };
    } catch (error) {
      if (!isOutage(error)) throw error;
      throw new AuthUnavailableError(`API tokens cannot be looked up: ${outageReason(error)}`, { cause: error });
    }
  }

  /** The request goes on if this fails: its token is valid. */
  private async noteUse(id: string): Promise<void> {
    try {
      await this.tokens.use(id);
    } catch (error) {
      this.logger.warn(`Failed to note the use of API token ${id}.`, errorText(error));
    }
  }
}

function problemsOf(input: InputClass, given: object): (Problem | null)[] {
  return [...unknownFieldProblems(given, inputNames(input)), ...inputProblems(input, given)];
}

function refuse(found: readonly (Problem | null)[]): void {
  const problems = found.filter((problem) => problem !== null);
  if (problems.length > 0) throw new InvalidApiTokenError(problems);
}

function stored(answer: ApiTokenDetails | ApiTokenFault | null, id: string): ApiTokenDetails {
  if (!answer) throw new UnknownApiTokenError(id);
  if ('fault' in answer) throw errorOf(answer, id);
  return answer;
}

function errorOf({ fault }: ApiTokenFault, id: string): Error {
  switch (fault) {
    case 'expired':
      return new InvalidApiTokenError([{ pointer: '/expiresAt', message: 'must be in the future' }]);
    case 'too_many':
      return new TooManyApiTokensError();
    case 'ended':
      return new EndedApiTokenError(id);
    case 'exceeds':
      return new ApiTokenExceedsUserError([{ pointer: '', message: 'has roles that the user lacks' }]);
  }
}
