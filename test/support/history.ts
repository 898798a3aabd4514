import type { Persistence } from './persistence.js';

export interface StepTransition {
  readonly step: string;
  readonly from: string;
  readonly to: string;
  readonly attempt: number;
  readonly workerId: string | null;
  readonly reason: string | null;
  readonly at: Date;
}

/** What happened to the steps of a task, in order. */
export function stepHistory({ query }: Pick<Persistence, 'query'>, taskId: string): Promise<StepTransition[]> {
  return query<StepTransition>(
    `select n.name as step, h.from_state as "from", h.to_state as "to", h.attempt, h.worker_id as "workerId", h.reason,
       h.created_at as at
     from __schema__.workflow_step_transitions h
     join __schema__.workflow_steps s on s.workflow_step_id = h.workflow_step_id
     join __schema__.named_steps n on n.named_step_id = s.named_step_id
     where h.task_id = $1 order by h.id`,
    taskId,
  );
}

/** `pending > in_progress` and so on. */
export async function movesOf(database: Pick<Persistence, 'query'>, taskId: string, step: string): Promise<string[]> {
  const history = await stepHistory(database, taskId);
  return history.filter((each) => each.step === step).map(({ from, to }) => `${from} > ${to}`);
}

export async function taskMoves({ query }: Pick<Persistence, 'query'>, taskId: string): Promise<string[]> {
  const rows = await query<{ move: string }>(
    `select from_state || ' > ' || to_state as move from __schema__.task_transitions where task_id = $1 order by id`,
    taskId,
  );
  return rows.map(({ move }) => move);
}

/** The first claims of steps that the very transaction made which created the task, and so the edges between its steps. */
export function claimsAtBirth({ query }: Pick<Persistence, 'query'>, taskId: string): Promise<readonly unknown[]> {
  return query(
    `select h.workflow_step_id from __schema__.workflow_step_transitions h
     where h.task_id = $1 and h.to_state = 'in_progress' and h.xmin in (
       select e.xmin from __schema__.workflow_step_edges e where e.task_id = $1
     )`,
    taskId,
  );
}

/** Seconds from the latest failure of a waiting step to its next attempt, by the clock of the database; 0: due at once. */
export async function waitOf({ query }: Pick<Persistence, 'query'>, taskId: string): Promise<number> {
  const [row] = await query<{ wait: number }>(
    `select greatest(extract(epoch from r.run_at - s.updated_at)::double precision, 0) as wait
     from __schema__.ready_steps r join __schema__.workflow_steps s using (workflow_step_id)
     where r.task_id = $1 and r.retrying and r.worker_id is null`,
    taskId,
  );
  return row!.wait;
}
