import { PermanentError, RetryableError } from 'nestjs-tasker';
import { ServiceError } from '../services/service.error.js';

/** How a step takes what a service said, by status or by error; both speak of the same things. */
export interface TroublePolicy {
  /** For messages: "the payment gateway". */
  readonly service: string;
  /** What no further attempt can change, and the code that the step fails with. */
  readonly permanent: Readonly<Record<string, string>>;
  /** Seconds to wait when the service asks for patience. */
  readonly retryAfter: Readonly<Record<string, number>>;
}

/** The error for what the service said. What it means is known from the policy, and what is unknown may pass. */
export function troubleWith(policy: TroublePolicy, said: string, cause?: unknown): PermanentError | RetryableError {
  const reason = said.toUpperCase();
  const message = `${policy.service}: ${cause instanceof Error ? cause.message : said}`;
  const permanentCode = policy.permanent[reason];
  if (permanentCode !== undefined) {
    return new PermanentError(message, { code: permanentCode, context: { reason }, cause });
  }
  const retryAfter = policy.retryAfter[reason];
  return new RetryableError(message, { code: reason, cause, ...(retryAfter !== undefined && { retryAfter }) });
}

/** Makes the outside call, and turns what the service throws into an error of the step. */
export async function callService<Answer>(policy: TroublePolicy, call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (cause) {
    throw troubleWith(policy, cause instanceof ServiceError ? cause.errorCode : 'SERVICE_FAILED', cause);
  }
}
