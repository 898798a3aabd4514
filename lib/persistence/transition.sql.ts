import { iso } from './instant.text.js';

/** SQL for transitions in the format for users. */

/**
 * The columns of `x`, a row of `task_transitions`. At the same instant, a task begins before its first step, and ends
 * after its last.
 */
export const TASK_TRANSITION = `null as step, x.from_state, x.to_state, null::integer as attempt, null as worker,
  x.actor, x.reason, x.duration_seconds, null::jsonb as error, null::timestamptz as retry_at, x.created_at, x.id, x.task_id,
  case when x.to_state in ('pending', 'in_progress') then 0 else 2 end as place`;

/**
 * The same columns of `x`, a row of `workflow_step_transitions`, with `n`, the named step, and `w`, the worker if any.
 */
export const STEP_TRANSITION = `n.name as step, x.from_state, x.to_state, x.attempt, w.name as worker,
  x.actor, x.reason, x.duration_seconds, x.error, x.retry_at, x.created_at, x.id, x.task_id,
  1 as place`;

/** The fields of `TransitionDetails`, from a row `h` with these columns. */
export const TRANSITION_FIELDS = `'step', h.step, 'from', h.from_state, 'to', h.to_state, 'attempt', h.attempt,
  'worker', h.worker, 'actor', h.actor, 'reason', h.reason, 'durationSeconds', h.duration_seconds,
  'error', h.error, 'retryAt', ${iso('h.retry_at')}, 'at', ${iso('h.created_at')}`;
