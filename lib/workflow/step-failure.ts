/** The failure of an attempt, without its stack and context, which may hold personal data. */
export interface StepFailure {
  readonly message: string;
  /** The handler's own code, such as `PAYMENT_DECLINED`. */
  readonly code: string | null;
  /** The name of the error's class. */
  readonly class: string;
  /** Whether further attempts cannot help. */
  readonly permanent: boolean;
}

/** The cause of an error: its `cause`, or one of the `errors` of an `AggregateError`. */
export interface StepErrorCause {
  readonly message: string;
  readonly code: string | null;
  /** The name of the cause's class. */
  readonly class: string;
  /** The cause of the cause, at most five levels deep. */
  readonly cause?: StepErrorCause;
  /** The first five errors of an `AggregateError`. */
  readonly errors?: readonly StepErrorCause[];
}
