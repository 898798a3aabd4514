/** What a mocked outside service throws; `errorCode` says what happened, to programs. */
export class ServiceError extends Error {
  override readonly name = this.constructor.name;

  constructor(
    message: string,
    readonly errorCode: string,
  ) {
    super(message);
  }
}

/** How a stub builds the error it throws: every error class of the services has this form, and so has `Error`. */
export type ErrorClass = new (message: string) => Error;
