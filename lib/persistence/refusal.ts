import {
  ActionRefusedError,
  AnswerTooLargeError,
  StaleRevisionError,
  StaleStepError,
  UnknownNamedTaskError,
  UnknownStepError,
  UnknownTaskError,
  type RefusedAction,
} from './persistence.errors.js';

/** A refusal, which the engine's SQL functions return in place of an error; see `sql/functions/refuse.sql`. */
export type Refusal =
  | { readonly kind: 'unknown_named_task'; readonly namedTaskId: string }
  | { readonly kind: 'unknown_task'; readonly taskId: string }
  | { readonly kind: 'unknown_step'; readonly taskId: string; readonly step: string; readonly known: readonly string[] }
  | ({ readonly kind: 'action' } & RefusedAction)
  | { readonly kind: 'stale_step'; readonly stepId: string; readonly workerId: string; readonly attempt: number }
  | { readonly kind: 'answer_too_large'; readonly bytes: number; readonly allowed: number }
  | { readonly kind: 'stale_revision'; readonly what: string; readonly revision: string; readonly current: string };

/** The refusal in an answer, if it is one. The lists of refused parts in some answers are not refusals. */
export function refusalIn(answer: unknown): Refusal | undefined {
  const refused = (answer as { readonly refused?: Refusal | readonly unknown[] } | null)?.refused;
  return refused && 'kind' in refused ? refused : undefined;
}

/** Converts a refusal to an error. */
export function refusalError(refusal: Refusal): Error {
  switch (refusal.kind) {
    case 'unknown_named_task':
      return new UnknownNamedTaskError(`The named task ${refusal.namedTaskId} does not exist; it was deleted.`);
    case 'unknown_task':
      return new UnknownTaskError(refusal.taskId);
    case 'unknown_step': {
      const { taskId, step, known } = refusal;
      return new UnknownStepError(`Task ${taskId} has no step "${step}". Its steps: ${known.join(', ') || 'none'}.`);
    }
    case 'action': {
      const { kind: _, ...refused } = refusal;
      return new ActionRefusedError(refused);
    }
    case 'stale_step': {
      const { stepId, workerId, attempt } = refusal;
      return new StaleStepError(`Step ${stepId} is no longer leased to worker ${workerId} at attempt ${attempt}.`);
    }
    case 'answer_too_large':
      return new AnswerTooLargeError(refusal.bytes, refusal.allowed);
    case 'stale_revision': {
      const { what, revision, current } = refusal;
      return new StaleRevisionError(`${what} was changed since revision ${revision}; its revision is now ${current}.`);
    }
  }
}
