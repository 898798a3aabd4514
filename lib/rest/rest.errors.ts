import { inSentences } from '../workflow/sentence.js';
import { TaskerError, type Problem } from '../workflow/tasker.error.js';

/** A request body has fields that are unknown or of the wrong type. */
export class InvalidBodyError extends TaskerError {
  readonly code = 'TASKER_INVALID_BODY';
  override readonly httpStatus = 400;

  constructor(override readonly problems: readonly Problem[]) {
    super(`The body is invalid: ${inSentences(problems)}`);
  }
}

/** Query parameters are unknown or cannot be read. */
export class InvalidQueryError extends TaskerError {
  readonly code = 'TASKER_INVALID_QUERY';
  override readonly httpStatus = 400;

  constructor(override readonly problems: readonly Problem[]) {
    super(
      `The query is invalid: ${inSentences(problems.map(({ pointer, message }) => ({ pointer: pointer.slice(1), message })))}`,
    );
  }
}

/** A path has a text that cannot be an id in the place of an id. */
export class InvalidIdError extends TaskerError {
  readonly code = 'TASKER_INVALID_ID';
  override readonly httpStatus = 400;

  constructor(
    /** The name of the path parameter. */
    readonly parameter: string,
    value: string,
  ) {
    super(`"${value}" is not a valid ${parameter}: ids are integers from 1 to 9223372036854775807.`);
  }
}

/** A request header cannot be read. */
export class InvalidHeaderError extends TaskerError {
  readonly code = 'TASKER_INVALID_HEADER';
  override readonly httpStatus = 400;

  constructor(
    readonly header: string,
    message: string,
  ) {
    super(`The header ${header} ${message}.`);
  }
}
