/** A login that failed, for the page that the user sees. */
export class LoginFault extends Error {
  constructor(
    readonly status: 400 | 403,
    /** What the user can do. */
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** What the provider said, or what was wrong with it. */
  static by(error: Error): LoginFault {
    const { error: code } = error as { readonly error?: unknown };
    if (code === 'access_denied') return new LoginFault(403, 'Signing in was refused.', { cause: error });
    return new LoginFault(400, 'This sign-in has expired, or was used before. Sign in again.', { cause: error });
  }
}
