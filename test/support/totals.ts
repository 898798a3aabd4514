import type { Persistence } from './persistence.js';

/** Totals by namespace, kind and state as the view gives them, without those that are zero. */
export function keptTotals(persistence: Persistence): Promise<unknown[]> {
  return persistence.query(
    `select namespace, kind, state, total::integer from __schema__.namespace_state_totals where total <> 0
     order by namespace, kind, state`,
  );
}

/** The same counted in the tables. */
export function countedTotals(persistence: Persistence): Promise<unknown[]> {
  return persistence.query(
    `select n.name as namespace, x.kind, x.state, count(*)::integer as total
     from (
       select task_namespace_id, 'task' as kind, state from __schema__.tasks
       union all
       select t.task_namespace_id, 'step', s.state from __schema__.workflow_steps s join __schema__.tasks t using (task_id)
     ) x
     join __schema__.task_namespaces n using (task_namespace_id)
     group by 1, 2, 3 order by 1, 2, 3`,
  );
}
