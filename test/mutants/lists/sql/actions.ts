import type { MutantsOfFile } from '../../mutant.js';
import {
  failures,
  histories,
  limits,
  lostWorkers,
  operatorActions,
  randomOperations,
  randomRuns,
  requests,
  restActions,
  running,
  scheduling,
  stateTotals,
  systemHealth,
  tables,
  waking,
} from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'sql/functions/cancel_task.sql',
    tests: [operatorActions],
    mutants: [
      {
        mistake: 'lets the planner choose',
        find: `select __schema__._pin_planner('cancel_task');`,
        replace: '',
        tests: [lostWorkers],
      },
      { mistake: 'cancels a task again', find: `if v_task.state = 'cancelled' then`, replace: 'if false then' },
      {
        mistake: 'leaves failures on a cancelled task',
        find: 'update __schema__.tasks set failed_steps = 0 where task_id = p_task_id;',
        replace: '',
        tests: [operatorActions, randomOperations, randomRuns],
      },
      {
        mistake: 'leaves failed steps as they are',
        find: `s.state in ('pending', 'in_progress', 'error')
  );`,
        replace: `s.state in ('pending', 'in_progress')
  );`,
      },
      {
        mistake: 'lets its steps wait on in the queue',
        find: `perform __schema__.unqueue_steps(array(
    select s.workflow_step_id from __schema__.workflow_steps s where s.task_id = p_task_id
  ));`,
        replace: '',
      },
    ],
  },
  {
    file: 'sql/functions/cancel_step.sql',
    tests: [operatorActions],
    mutants: [
      {
        mistake: 'cancels steps that are done',
        find: `where s.state in ('pending', 'in_progress', 'error')
`,
        replace: `where s.state <> 'cancelled'
`,
        equivalent: 'nothing behind a step that is not done is done, since it waits for it',
      },
      {
        mistake: 'waits for leaves that are cancelled',
        find: 'update __schema__.tasks set open_leaves = null where task_id = p_task_id;',
        replace: '',
      },
      {
        mistake: 'counts a step as failed that was cancelled',
        find: `case when v_step.state = 'error' and cardinality(v_queued) = 0 then -1 else 0 end`,
        replace: '0',
      },
      {
        mistake: 'forgets a failure of a step that waited for its retry',
        find: `v_step.state = 'error' and cardinality(v_queued) = 0 then -1`,
        replace: `v_step.state = 'error' then -1`,
      },
    ],
  },
  {
    file: 'sql/functions/hold_task.sql',
    tests: [operatorActions],
    mutants: [
      {
        mistake: 'lets the steps of a held task run',
        find: 'update __schema__.ready_steps r set is_held = p_hold',
        replace: 'update __schema__.ready_steps r set is_held = false',
      },
      {
        mistake: 'never lets the steps of a released task run',
        find: 'update __schema__.ready_steps r set is_held = p_hold',
        replace: 'update __schema__.ready_steps r set is_held = true',
      },
      {
        mistake: 'looks at no limit of a released task',
        find: 'c.limit_key is not null and not p_hold',
        replace: 'false',
        tests: [limits, operatorActions],
      },
      {
        mistake: 'tells nobody that steps may run',
        find: 'case when p_hold then 0 else v_waiting end',
        replace: '0',
        tests: [operatorActions, waking],
      },
      {
        mistake: 'holds tasks that have ended',
        find: `if v_task.state not in ('pending', 'in_progress', 'error') then`,
        replace: 'if false then',
      },
    ],
  },
  {
    file: 'sql/functions/resolve_task.sql',
    tests: [operatorActions],
    mutants: [
      {
        mistake: 'resolves a task that runs',
        find: `if v_task.state <> 'error' then`,
        replace: `if v_task.state not in ('error', 'in_progress') then`,
      },
    ],
  },
  {
    file: 'sql/functions/retry_steps.sql',
    tests: [operatorActions],
    mutants: [
      {
        mistake: 'retries steps that a worker has claimed meanwhile',
        find: 'order by workflow_step_id for update;',
        replace: 'order by workflow_step_id;',
        tests: [operatorActions, randomOperations],
      },
      {
        mistake: 'gives no more attempts',
        find: 'greatest(s.retry_limit, s.attempts + coalesce(p_attempts, st.default_retry_limit, 1))',
        replace: 's.retry_limit',
      },
      {
        mistake: 'takes attempts away that were left',
        find: 'greatest(s.retry_limit, s.attempts + coalesce(p_attempts',
        replace: 'greatest(0, s.attempts + coalesce(p_attempts',
      },
      {
        mistake: 'keeps the error of a step that was reset',
        find: 'error = case when p_reset then null else s.error end',
        replace: 'error = s.error',
      },
      {
        mistake: 'counts attempts on after a reset',
        find: 'attempts_before = case when p_reset then s.attempts else s.attempts_before end',
        replace: 'attempts_before = s.attempts_before',
      },
      { mistake: 'leaves a failure on the task', find: 'cardinality(v_queued) - cardinality(v_failed)', replace: '0' },
      {
        mistake: 'leaves what a deadline stopped',
        find: 'v_freed := v_freed + __schema__.queue_task(p_task_id);',
        replace: 'null;',
        tests: [scheduling, operatorActions],
      },
    ],
  },
  {
    file: 'sql/functions/rerun_task.sql',
    tests: [operatorActions],
    mutants: [
      {
        mistake: 'runs everything again',
        find: 'and s.workflow_step_id not in (select a.workflow_step_id from again a);',
        replace: 'and false;',
      },
      {
        mistake: 'keeps the results of the step that is to run again',
        find: 'and s.workflow_step_id not in (select a.workflow_step_id from again a);',
        replace: ';',
      },
      {
        mistake: 'repeats a task that runs',
        find: `if v_task.state not in ('complete', 'error', 'cancelled', 'resolved_manually') then`,
        replace: 'if false then',
      },
      {
        mistake: 'forgets the priority of the task',
        find: 'array[v_task.priority],',
        replace: 'array[null::smallint],',
      },
      {
        mistake: 'runs steps again that were skipped',
        find: `s.state in ('complete', 'resolved_manually', 'skipped')
      and`,
        replace: `s.state in ('complete', 'resolved_manually')
      and`,
      },
    ],
  },
  {
    file: 'sql/functions/change_task.sql',
    tests: [operatorActions, restActions],
    mutants: [
      {
        mistake: 'leaves the queue with the old priority',
        find: `if p_changes ? 'priority' then
`,
        replace: `if false then
`,
        tests: [scheduling, operatorActions, restActions],
      },
      {
        mistake: 'changes nothing where one thing is as it was',
        find: 'v_before is null or v_before = p_changes',
        replace: 'v_before is null or v_before <> p_changes',
      },
      {
        mistake: 'changes a task that was changed meanwhile',
        find: `perform __schema__.check_revision('Task ' || p_task_id, p_revision, v_task.updated_at);`,
        replace: '',
      },
    ],
  },
  {
    file: 'sql/functions/change_retry_limit.sql',
    tests: [operatorActions, restActions],
    mutants: [
      {
        mistake: 'allows a limit below the attempts begun',
        find: 'if p_retry_limit < v_least then',
        replace: 'if false then',
      },
      {
        mistake: 'refuses the least limit there may be',
        find: 'if p_retry_limit < v_least then',
        replace: 'if p_retry_limit <= v_least then',
      },
      {
        mistake: 'forgets the attempts before the reset',
        find: 'retry_limit = s.attempts_before + p_retry_limit',
        replace: 'retry_limit = p_retry_limit',
      },
    ],
  },
  {
    file: 'sql/functions/lock_task.sql',
    tests: [operatorActions, randomOperations],
    mutants: [
      {
        mistake: 'does not lock the task',
        find: 'where task_id = p_task_id for no key update;',
        replace: 'where task_id = p_task_id;',
      },
    ],
  },
  {
    file: 'sql/functions/lock_step.sql',
    tests: [operatorActions, randomOperations],
    mutants: [
      {
        mistake: 'does not lock the place in the queue',
        find: 'where workflow_step_id = v_step_id for update;',
        replace: 'where workflow_step_id = v_step_id;',
      },
      {
        mistake: 'lets steps of finished tasks be changed',
        find: `if v_task.state in ('complete', 'cancelled', 'resolved_manually') and`,
        replace: 'if false and',
      },
    ],
  },
  {
    file: 'sql/functions/settle_step.sql',
    tests: [operatorActions],
    mutants: [
      {
        mistake: 'passes over a step that is not skippable',
        find: `if p_as = 'skipped' and not v_step.skippable then`,
        replace: 'if false then',
      },
      { mistake: 'settles a step before its turn', find: 'if v_step.waiting_on > 0 then', replace: 'if false then' },
      {
        mistake: 'settles a step that runs',
        find: `if v_step.state not in ('pending', 'error') then`,
        replace: `if v_step.state not in ('pending', 'error', 'in_progress') then`,
      },
    ],
  },
  {
    file: 'sql/functions/settle_steps.sql',
    tests: [operatorActions, requests],
    mutants: [
      {
        mistake: 'frees children too early',
        find: `c.waiting_on = 0 and c.state = 'pending' as is_due`,
        replace: `c.waiting_on >= 0 and c.state = 'pending' as is_due`,
      },
      {
        mistake: 'forgets failures that were settled',
        find: '-count(*) filter (where s.workflow_step_id = any (v_failed))::integer as failures',
        replace: '0 as failures',
      },
      {
        mistake: 'counts a failure that still had attempts',
        find: `and s.state = 'error' and s.workflow_step_id <> all (v_queued)`,
        replace: `and s.state = 'error'`,
      },
      {
        mistake: 'stops after the first step that it frees',
        find: 'exit when cardinality(v_next) = 0;',
        replace: 'exit;',
      },
    ],
  },
  {
    file: 'sql/functions/book_action.sql',
    tests: [operatorActions],
    mutants: [
      {
        mistake: 'leaves a failed task failed though something runs again',
        find: `v_changes := __schema__._move_tasks(array[p_task_id], p_to => 'in_progress', p_reason => 'operator_action');`,
        replace: '',
      },
      {
        mistake: 'leaves the deadline that has passed',
        find: 'update __schema__.tasks set deadline_at = null where task_id = p_task_id and deadline_at <= clock_timestamp();',
        replace: '',
        tests: [requests, scheduling],
      },
      {
        mistake: 'goes on with a failed task in which nothing can run',
        find: 'return v_changes; -- still no step can run',
        replace: 'null;',
      },
    ],
  },
  {
    file: 'sql/functions/move_steps.sql',
    tests: [operatorActions, histories],
    mutants: [
      {
        mistake: 'lets a move be dated before what it follows',
        find: 'greatest(v_at, s.updated_at) as at',
        replace: 'v_at as at',
        tests: [histories, operatorActions],
      },
      {
        mistake: 'says of no settled step when it was',
        find: `processed_at = case when o.to_state in ('resolved_manually', 'skipped') then o.at end`,
        replace: 'processed_at = s.processed_at',
        tests: [operatorActions, tables],
      },
      {
        mistake: 'counts a move in no total',
        find: 'perform __schema__.add_to_totals(v_changes);',
        replace: '',
        tests: [stateTotals, operatorActions, systemHealth],
      },
    ],
  },
  {
    file: 'sql/functions/queue_steps.sql',
    tests: [operatorActions, running],
    mutants: [
      {
        mistake: 'runs steps of a held task',
        find: 's.attempts, r.is_held,',
        replace: 's.attempts, false,',
        tests: [operatorActions],
      },
      {
        mistake: 'fails where a step is queued already',
        find: `on conflict (workflow_step_id) do nothing
`,
        replace: `
`,
        tests: [operatorActions, scheduling, randomOperations],
      },
      {
        mistake: 'looks at no limit of what it queues',
        find: 'from queued q where q.limit_key is not null group by 1, 2',
        replace: 'from queued q where false group by 1, 2',
        tests: [limits, operatorActions],
      },
      {
        mistake: 'counts attempts from none',
        find: 's.attempts, r.is_held,',
        replace: '0, r.is_held,',
        tests: [operatorActions, failures],
      },
    ],
  },
  {
    file: 'sql/functions/queue_task.sql',
    tests: [scheduling, operatorActions],
    mutants: [{ mistake: 'runs steps before their parents are done', find: ` and s.waiting_on = 0`, replace: '' }],
  },
  {
    file: 'sql/functions/unqueue_steps.sql',
    tests: [limits, operatorActions],
    mutants: [
      {
        mistake: 'looks at no limit whose place it frees',
        find: 'if v_freed_keys is not null then',
        replace: 'if false then',
      },
      {
        mistake: 'takes every waiting step for a place that becomes free',
        find: 'r.limit_key is not null and r.worker_id is not null as frees',
        replace: 'r.limit_key is not null as frees',
        equivalent: 'a look at a limit more than needed; it finds what there is',
      },
    ],
  },
  {
    file: 'sql/functions/check_revision.sql',
    tests: [operatorActions, restActions],
    mutants: [
      {
        mistake: 'refuses everything with a revision',
        find: 'if p_revision <> __schema__.revision_of(p_updated_at) then',
        replace: 'if p_revision is not null then',
      },
    ],
  },
  {
    file: 'sql/functions/action_result.sql',
    tests: [operatorActions],
    mutants: [{ mistake: 'says that nothing changed', find: `'changed', p_changed`, replace: `'changed', false` }],
  },
];
