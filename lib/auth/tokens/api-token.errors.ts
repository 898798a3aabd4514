import { inSentences } from '../../workflow/sentence.js';
import { TaskerError, type Problem } from '../../workflow/tasker.error.js';

/** A request about an API token is invalid. */
export class InvalidApiTokenError extends TaskerError {
  readonly code = 'TASKER_INVALID_API_TOKEN';
  override readonly httpStatus = 400;

  constructor(override readonly problems: readonly Problem[]) {
    super(`The request about an API token is invalid: ${inSentences(problems)}`);
  }
}

/** There is no API token with this id, or it was removed. */
export class UnknownApiTokenError extends TaskerError {
  readonly code = 'TASKER_UNKNOWN_API_TOKEN';
  override readonly httpStatus = 404;

  constructor(readonly tokenId: string) {
    super(`There is no API token "${tokenId}".`);
  }
}

/** The token was revoked or has expired, so it gets no new secret. */
export class EndedApiTokenError extends TaskerError {
  readonly code = 'TASKER_ENDED_API_TOKEN';
  override readonly httpStatus = 409;

  constructor(readonly tokenId: string) {
    super(`The API token "${tokenId}" was revoked or has expired. Create another one.`);
  }
}

/** The token would permit more than the user who creates or rotates it may do. */
export class ApiTokenExceedsUserError extends TaskerError {
  readonly code = 'TASKER_API_TOKEN_EXCEEDS_USER';
  override readonly httpStatus = 403;

  constructor(override readonly problems: readonly Problem[]) {
    super(`The API token would permit more than its creator may do: ${inSentences(problems)}`);
  }
}

/** With this token, the list of all tokens would not fit into one answer of the database. */
export class TooManyApiTokensError extends TaskerError {
  readonly code = 'TASKER_TOO_MANY_API_TOKENS';
  override readonly httpStatus = 422;

  constructor() {
    super(
      'All API tokens together would be larger than allowed (option database.maxReadBytes). Tokens are removed 90 days ' +
        'after they end. Until then, shorten their lists, or raise the option in all processes.',
    );
  }
}
