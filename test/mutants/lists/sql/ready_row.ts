import type { MutantsOfFile } from '../../mutant.js';
import { claiming, limits, operatorActions, running, scheduling, turns } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'sql/functions/ready_row.sql',
    tests: [scheduling, claiming, operatorActions, running],
    mutants: [
      {
        mistake: 'prefers the priority of the template to that of the task',
        find: 'coalesce(p_task_priority, p_step_priority, 0::smallint)',
        replace: 'coalesce(p_step_priority, p_task_priority, 0::smallint)',
      },
      { mistake: 'ignores runAt', find: 'greatest(p_created_at, p_run_at)', replace: 'p_created_at' },
      {
        mistake: 'lets young tasks go first',
        find: 'greatest(p_created_at, p_run_at)',
        replace: 'greatest(now(), p_run_at)',
        tests: [claiming, turns, scheduling],
      },
      { mistake: 'runs steps of a held task', find: 'p_held_at is not null', replace: 'false' },
      {
        mistake: 'knows no limit',
        find: 'case when p_limits is not null',
        replace: 'case when false',
        tests: [limits],
      },
    ],
  },
];
