import { PermanentError } from '../../handlers/step.errors.js';
import type { ClaimedStep, OutcomeFacts, RecordedOutcome } from '../../persistence/worker.gateway.js';
import { backoffSeconds, requestedBackoffSeconds, type BackoffPolicy } from '../../workflow/backoff.js';
import { findJsonFault, type JsonFault } from '../../workflow/json.check.js';
import { InvalidResultsError, ResultsTooLargeError } from '../engine.errors.js';
import { describeError, describeMessage, isStepError } from './step-error.record.js';

/** The end of an attempt of a claimed step, on its way to the database. */
export interface StepOutcome extends RecordedOutcome {
  readonly claimed: ClaimedStep;
  /** Whether the handler named the wait before the next attempt, for `retry`. */
  readonly isWaitRequested?: boolean;
  /** Set if a transactional step has recorded the outcome already. */
  readonly recorded?: RecordedOutcomeFacts;
}

/** The consequences of an outcome, and the worker that recorded it. */
export interface RecordedOutcomeFacts {
  readonly workerId: string;
  readonly facts: OutcomeFacts;
}

/**
 * A successful attempt; or a permanent failure if the results cannot be stored, because another attempt would fail too.
 */
export function succeeded(step: ClaimedStep, value: unknown, maxResultBytes: number): StepOutcome {
  const results = jsonOf(value);
  if (typeof results !== 'string') return failedForGood(step, new InvalidResultsError(results));
  // A UTF-16 unit takes at most three bytes, so most results need not be measured.
  const bytes = results.length * 3 > maxResultBytes ? Buffer.byteLength(results) : results.length;
  if (bytes > maxResultBytes) return failedForGood(step, new ResultsTooLargeError(bytes, maxResultBytes));
  return { ...identify(step), kind: 'complete', results, error: null, afterSeconds: null };
}

/** An attempt that threw. The database decides whether attempts are left. */
export function failed(step: ClaimedStep, error: unknown, backoff: BackoffPolicy): StepOutcome {
  const chosen = isStepError(error) ? error : null;
  if (chosen instanceof PermanentError) return failedForGood(step, chosen);
  const requested = requestedBackoffSeconds(backoff, chosen?.retryAfter);
  return {
    ...identify(step),
    kind: 'retry',
    results: null,
    error: describeError(error, false),
    afterSeconds: requested ?? backoffSeconds(backoff, step.attempt),
    isWaitRequested: requested !== undefined,
  };
}

export function failedForGood(step: ClaimedStep, error: unknown): StepOutcome {
  return { ...identify(step), kind: 'error', results: null, error: describeError(error, true), afterSeconds: null };
}

/** The failure that the database recorded instead of an outcome that it refused. */
export function refused(outcome: StepOutcome, error: string | null): StepOutcome {
  const kind = outcome.kind === 'retry' ? 'retry' : 'error';
  return { ...outcome, kind, results: null, error };
}

/**
 * Hands the step back, not run or unfinished. It is due again at once or after a wait, and the attempt does not count.
 */
export function released(step: ClaimedStep, afterSeconds: number | null = null): StepOutcome {
  return { ...identify(step), kind: 'release', results: null, error: null, afterSeconds };
}

/** The value as JSON text, or the fault that prevents it. A getter of the handler's value may throw. */
function jsonOf(value: unknown): string | JsonFault {
  try {
    return findJsonFault(value) ?? JSON.stringify(value ?? null);
  } catch (error) {
    return { pointer: '', what: `something that cannot be read (${describeMessage(error)})` };
  }
}

function identify(claimed: ClaimedStep): Pick<StepOutcome, 'claimed' | 'stepId' | 'taskId' | 'attemptNumber'> {
  return { claimed, stepId: claimed.id, taskId: claimed.taskId, attemptNumber: claimed.attemptNumber };
}
