import type { MutantsOfFile } from '../../mutant.js';
import { changeFeed, changeIds, deriving, onePayload } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'sql/functions/look_for_changes.sql',
    tests: [changeIds, changeFeed, deriving],
    mutants: [
      {
        mistake: 'overlooks who writes to the history of tasks',
        find: `l.relation in ('__schema__.task_transitions'::regclass, '__schema__.workflow_step_transitions'::regclass)`,
        replace: `l.relation = '__schema__.workflow_step_transitions'::regclass`,
      },
      {
        mistake: 'overlooks who writes to the history of steps',
        find: `l.relation in ('__schema__.task_transitions'::regclass, '__schema__.workflow_step_transitions'::regclass)`,
        replace: `l.relation = '__schema__.task_transitions'::regclass`,
      },
      {
        mistake: 'asks nobody although something came',
        find: 'is distinct from (p_task, p_step) then',
        replace: '= (p_task, p_step) then',
      },
    ],
  },
  {
    file: 'sql/functions/ids_to_come.sql',
    tests: [deriving],
    mutants: [
      {
        mistake: 'leaves out ids that open transactions have',
        find: `filter (where x.id is distinct from x.before + 1) from (
        select h.id, lag(h.id, 1, c.after_task)`,
        replace: `filter (where x.id is null) from (
        select h.id, lag(h.id, 1, c.after_task)`,
      },
    ],
  },
  {
    file: 'sql/functions/ids_given_out.sql',
    tests: [changeIds, changeFeed, onePayload],
    mutants: [
      {
        mistake: 'says of an unused sequence that it has given out an id',
        find: 'select case when s.is_called then s.last_value else 0 end into v_task',
        replace: 'select s.last_value into v_task',
      },
    ],
  },
];
