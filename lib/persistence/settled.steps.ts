import type { Database, Speaker } from './database.js';
import type { StepTransition } from './worker.gateway.js';

/**
 * Reads the transitions of the steps of new tasks whose states were decided with the request. Must run in the transaction that
 * creates the tasks: later, other processes may have settled further steps.
 */
export function settledSteps(
  database: Database,
  taskIds: readonly string[],
  speaker: Speaker,
): Promise<StepTransition[]> {
  return database.query(
    `select h.workflow_step_id::text as "stepId", h.task_id::text as "taskId", n.name as step, ns.name as namespace, nt.name,
       nt.version, h.attempt, h.from_state as "from", h.to_state as "to", null as error
     from __schema__.workflow_steps s
     join __schema__.workflow_step_transitions h on h.workflow_step_id = s.workflow_step_id
     join __schema__.named_steps n on n.named_step_id = s.named_step_id
     join __schema__.tasks t on t.task_id = s.task_id
     join __schema__.named_tasks nt on nt.named_task_id = t.named_task_id
     join __schema__.task_namespaces ns on ns.task_namespace_id = nt.task_namespace_id
     where s.task_id = any ($1) order by h.id`,
    [taskIds],
    speaker,
  );
}
