import type { Persistence } from '../../support/persistence.js';

/** All instants of a test file are told from here, so that the time between two of them is exact. */
const BASE = Date.now();

export function ago(seconds: number): Date {
  return new Date(BASE - seconds * 1_000);
}

export interface PastTask {
  readonly created: Date;
  /** When it came into the state that it is in; needless for a task in progress. */
  readonly ended?: Date;
}

/** Moves a task into the past, with its history and its steps. */
export async function backdateTask(
  { query }: Persistence,
  taskId: string,
  { created, ended }: PastTask,
): Promise<void> {
  const end = ended ?? created;
  await query(
    `update __schema__.tasks set created_at = $2, completed_at = case when completed_at is not null then $3::timestamptz end
     where task_id = $1`,
    taskId,
    created,
    end,
  );
  await query(
    `update __schema__.task_transitions set created_at = $2,
       duration_seconds = case to_state when 'complete' then extract(epoch from $2::timestamptz - $3::timestamptz) end
     where task_id = $1`,
    taskId,
    end,
    created,
  );
  await query('update __schema__.workflow_steps set created_at = $2 where task_id = $1', taskId, created);
  await query('update __schema__.workflow_step_transitions set created_at = $2 where task_id = $1', taskId, end);
}

export interface PastAttempt {
  readonly seconds: number;
  readonly ended: Date;
}

/** Says how long the attempt of a step that ended in this state ran. */
export async function lengthenAttempt(
  { query }: Persistence,
  stepId: string,
  endedIn: 'complete' | 'error',
  { seconds, ended }: PastAttempt,
): Promise<void> {
  await query(
    `update __schema__.workflow_step_transitions set duration_seconds = $3, created_at = $4
     where workflow_step_id = $1 and from_state = 'in_progress' and to_state = $2`,
    stepId,
    endedIn,
    seconds,
    ended,
  );
  await query(
    `update __schema__.workflow_steps set processed_at = $3::timestamptz, last_attempted_at = $3::timestamptz - make_interval(secs => $2)
     where workflow_step_id = $1 and state = 'complete'`,
    stepId,
    seconds,
    ended,
  );
}
