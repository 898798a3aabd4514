import type { MutantsOfFile } from '../../mutant.js';
import {
  boot,
  claiming,
  e2eReadingBudget,
  metrics,
  operatorActions,
  reading,
  readingBudget,
  records,
  retention,
  slowest,
  stateTotals,
  systemHealth,
  versionsElsewhere,
} from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'sql/functions/add_to_totals.sql',
    tests: [stateTotals],
    mutants: [
      {
        mistake: 'lets totals that are refused stop the work',
        find: `if not __schema__.is_of_one_part(sqlstate) then
      raise;
    end if;
    insert`,
        replace: `raise;
    insert`,
      },
      {
        mistake: 'notes no total that is lost',
        find: 'insert into __schema__.lost_totals (sql_state, message) values (sqlstate, sqlerrm);',
        replace: '',
      },
    ],
  },
  {
    file: 'sql/functions/fold_state_totals.sql',
    tests: [stateTotals],
    mutants: [
      {
        mistake: 'lets two processes add up',
        find: `if not pg_try_advisory_xact_lock(hashtext('__schema__.fold_state_totals')) then`,
        replace: 'if false then',
      },
      {
        mistake: 'adds what left a state',
        find: '(values (t.from_state, -t.amount), (t.to_state, t.amount))',
        replace: '(values (t.from_state, t.amount), (t.to_state, t.amount))',
      },
      {
        mistake: 'replaces the total',
        find: 'do update set total = t.total + excluded.total',
        replace: 'do update set total = excluded.total',
      },
    ],
  },
  {
    file: 'sql/functions/recount_state_totals.sql',
    tests: [stateTotals],
    mutants: [
      {
        mistake: 'counts steps as tasks',
        find: `select t.task_namespace_id, 'step', s.state, count(*)`,
        replace: `select t.task_namespace_id, 'task', s.state, count(*)`,
      },
      {
        mistake: 'keeps the notes after it has recounted',
        find: `with noted as (
    delete from __schema__.lost_totals
  ),`,
        replace: 'with',
      },
    ],
  },
  {
    file: 'sql/views/namespace_state_totals.sql',
    tests: [stateTotals, systemHealth],
    mutants: [
      {
        mistake: 'overlooks what is not added up yet',
        find: `where c.state is not null
`,
        replace: `where false
`,
      },
    ],
  },
  {
    file: 'sql/views/step_dag_relationships.sql',
    tests: [reading],
    mutants: [
      {
        mistake: 'takes parents for children',
        find: 'from __schema__.workflow_step_edges e where e.to_step_id = s.workflow_step_id',
        replace: 'from __schema__.workflow_step_edges e where e.from_step_id = s.workflow_step_id',
      },
    ],
  },
  {
    file: 'sql/functions/get_system_health_counts.sql',
    tests: [systemHealth],
    mutants: [
      {
        mistake: 'counts retries whose wait is over as waiting',
        find: 'count(*) filter (where run_at > now()) as in_backoff',
        replace: 'count(*) as in_backoff',
      },
      {
        mistake: 'counts retries that run as waiting',
        find: 'where retrying and worker_id is null',
        replace: 'where retrying',
      },
    ],
  },
  {
    file: 'sql/functions/get_analytics_metrics.sql',
    tests: [metrics],
    mutants: [
      {
        mistake: 'counts a task once for each failure',
        find: `count(distinct h.task_id) filter (where h.to_state = 'error')`,
        replace: `count(h.task_id) filter (where h.to_state = 'error')`,
      },
      { mistake: 'lets the score fall below nought', find: 'greatest(0, round(1 - e', replace: 'least(1, round(1 - e' },
      {
        mistake: 'leaves out the first instant of the period',
        find: `h.to_state = 'complete'
      and h.created_at >=`,
        replace: `h.to_state = 'complete'
      and h.created_at >`,
      },
    ],
  },
  {
    file: 'sql/functions/get_slowest_tasks.sql',
    tests: [slowest],
    mutants: [
      {
        mistake: 'lists the fastest',
        find: 'order by duration desc, t.task_id',
        replace: 'order by duration, t.task_id',
      },
      {
        mistake: 'lists tasks that never ran',
        find: `t.state in ('in_progress', 'complete', 'error', 'resolved_manually')`,
        replace: `t.state <> 'cancelled'`,
      },
    ],
  },
  {
    file: 'sql/functions/get_slowest_steps.sql',
    tests: [slowest],
    mutants: [
      {
        mistake: 'lists a resolved step once for each failure',
        find: 'later.id > a.id and later.from_state',
        replace: 'later.id < 0 and later.from_state',
      },
    ],
  },
  {
    file: 'sql/functions/calculate_dependency_levels.sql',
    tests: [reading],
    mutants: [{ mistake: 'says the shortest path', find: 'if v_left[v_slot] = 0 then', replace: 'if true then' }],
  },
  {
    file: 'sql/functions/fit_tasks.sql',
    tests: [readingBudget, e2eReadingBudget],
    mutants: [
      {
        mistake: 'answers one task more than fits',
        find: 'task_ids := p_task_ids[:v_part.place - 1];',
        replace: 'task_ids := p_task_ids[:v_part.place];',
      },
      {
        mistake: 'omits a value though it may not',
        find: `elsif p_if_larger = 'refuse' or v_part.value is null then`,
        replace: 'elsif v_part.value is null then',
      },
    ],
  },
  {
    file: 'sql/functions/has_room.sql',
    tests: [readingBudget],
    mutants: [
      {
        mistake: 'omits what fits exactly before',
        find: '(pg_column_size(p_value), p_id) < (p_size, p_at)',
        replace: '(pg_column_size(p_value), p_id) <= (p_size, p_at)',
      },
    ],
  },
  {
    file: 'sql/functions/json_bytes.sql',
    tests: [readingBudget],
    mutants: [
      {
        mistake: 'fails for a text longer than PostgreSQL can write',
        find: 'if __schema__.json_bound(p_value) < 1000000000 then',
        replace: 'if true then',
        equivalent: 'only a text of a gigabyte tells, which no test makes',
      },
    ],
  },
  {
    file: 'sql/functions/map_objects.sql',
    tests: [records],
    mutants: [
      {
        mistake: 'keeps a pair twice, in both orders',
        find: '(p_system_one, p_remote_id_one) <= (p_system_two, p_remote_id_two)',
        replace: 'true',
      },
    ],
  },
  {
    file: 'sql/functions/find_step.sql',
    tests: [reading, operatorActions],
    mutants: [
      {
        mistake: 'takes a name for an id first',
        find: 'order by n.name = p_step desc limit 1',
        replace: 'order by n.name = p_step limit 1',
      },
    ],
  },
  {
    file: 'sql/functions/register_template.sql',
    tests: [claiming, boot, versionsElsewhere],
    mutants: [
      {
        mistake: 'replaces a template that was not to be replaced',
        find: `when p_replace then 'replaced'`,
        replace: `when true then 'replaced'`,
      },
      {
        mistake: 'does not wait for others that register the same',
        find: 'and name = p_name and version = p_version for no key update;',
        replace: 'and name = p_name and version = p_version;',
      },
      {
        mistake: 'takes one that says the same and resolves differently for unchanged',
        find: `when v_stored.fingerprint = p_fingerprint then 'resolved'`,
        replace: `when v_stored.fingerprint = p_fingerprint then 'unchanged'`,
      },
    ],
  },
  {
    file: 'sql/functions/annotate_task.sql',
    tests: [records],
    mutants: [
      {
        mistake: 'annotates a task that is being removed',
        find: 'where task_id = p_task_id for key share;',
        replace: 'where task_id = p_task_id;',
        tests: [records, retention],
      },
    ],
  },
];
