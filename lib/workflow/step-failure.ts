/** The failure of an attempt, without its stack and context, which may hold personal data. */
export interface StepFailure {
  readonly message: string;
  /** The handler's own code, such as `PAYMENT_DECLINED`. */
  readonly code: string | null;
  /** Name of the error's class. */
  readonly class: string;
  /** No further attempt can help. */
  readonly permanent: boolean;
}

/** What led to an error: its `cause`, or one of the `errors` of an `AggregateError`. */
export interface StepErrorCause {
  readonly message: string;
  readonly code: string | null;
  /** Name of its class. */
  readonly class: string;
  /** What led to it in turn, five levels deep at most. */
  readonly cause?: StepErrorCause;
  /** The first five of what it sums up. */
  readonly errors?: readonly StepErrorCause[];
}
