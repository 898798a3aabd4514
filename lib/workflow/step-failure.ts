/** What an attempt failed with, without its stack and context, which may hold personal data. */
export interface StepFailure {
  readonly message: string;
  /** The handler's own code, such as `PAYMENT_DECLINED`. */
  readonly code: string | null;
  /** Name of the error's class. */
  readonly class: string;
  /** No further attempt can help. */
  readonly permanent: boolean;
}
