import type { MutantsOfFile } from '../../mutant.js';
import {
  sensitiveErasure,
  sensitiveOutcomes,
  sensitiveRedaction,
  sensitiveRepeats,
  sensitiveUpgrade,
} from '../../specs.js';

/** Sensitive values in the database. */
export const files: readonly MutantsOfFile[] = [
  {
    file: 'sql/functions/keep_sensitive_values.sql',
    tests: [sensitiveOutcomes, sensitiveRedaction],
    mutants: [
      {
        mistake: 'stores the values of outcomes that are not accepted',
        find: ' and (p_accepted is null or o.position = any (p_accepted))',
        replace: '',
      },
    ],
  },
  {
    file: 'sql/functions/record_apart.sql',
    tests: [sensitiveOutcomes],
    mutants: [
      { mistake: 'stores the values of a refused outcome', find: '        v_sensitive := null;\n', replace: '' },
      {
        mistake: 'stores the values of the first outcome for each',
        find: 'v_sensitive := p_sensitive[v_at:v_at];',
        replace: 'v_sensitive := p_sensitive[1:1];',
      },
    ],
  },
  {
    file: 'sql/functions/record_outcomes.sql',
    tests: [sensitiveOutcomes],
    mutants: [
      { mistake: 'accepts the values of every outcome', find: ", coalesce(v_accepted, '{}'));", replace: ');' },
    ],
  },
  {
    file: 'sql/functions/rerun_task.sql',
    tests: [sensitiveRepeats, sensitiveRedaction],
    mutants: [
      {
        mistake: 'keeps values that the version cannot reveal',
        find: '        and st.sensitive is not null\n',
        replace: '',
      },
      {
        mistake: 'gives a new context the values of the old one',
        find: 'where p_context is null and v.task_id = p_task_id',
        replace: 'where v.task_id = p_task_id',
      },
      {
        mistake: 'repeats a task whose data was erased',
        find: 'where e.task_id = p_task_id) then',
        replace: 'where e.task_id = 0) then',
        tests: [sensitiveErasure],
      },
    ],
  },
  {
    file: 'sql/functions/delete_rows_of_tasks.sql',
    tests: [sensitiveRedaction, sensitiveRepeats],
    mutants: [
      {
        mistake: 'leaves the values of removed tasks',
        find: '  delete from __schema__.sensitive_values v using gone g where v.task_id = g.task_id;\n',
        replace: '',
      },
      {
        mistake: 'leaves the people of removed tasks',
        find: '  delete from __schema__.data_subjects d using gone g where d.task_id = g.task_id;\n',
        replace: '',
      },
    ],
  },
  {
    file: 'sql/functions/erase_task.sql',
    tests: [sensitiveErasure],
    mutants: [
      {
        mistake: 'erases a task that is not over',
        find: "('complete', 'cancelled', 'resolved_manually')",
        replace: "('complete', 'cancelled', 'resolved_manually', 'pending', 'error')",
      },
      { mistake: 'leaves tags', find: "tags = '[]', ", replace: '' },
      {
        mistake: 'leaves annotations',
        find: '  delete from __schema__.task_annotations a where a.task_id = p_task_id;\n',
        replace: '',
      },
      {
        mistake: 'leaves values',
        find: '  delete from __schema__.sensitive_values v where v.task_id = p_task_id;\n',
        replace: '',
      },
      {
        mistake: 'leaves the hash of the person',
        find: '  delete from __schema__.data_subjects d where d.task_id = p_task_id;\n',
        replace: '',
      },
      {
        mistake: 'leaves reasons of operators',
        find: 'update __schema__.operator_actions a set reason = v_erased, details = null where',
        replace: 'update __schema__.operator_actions a set details = null where',
      },
      {
        mistake: 'leaves the details of the audit log',
        find: '  update __schema__.audit_log e set details = null, details_salt = null where e.task_id = p_task_id;\n',
        replace: '',
      },
      {
        mistake: 'erases details while they are sealed',
        find: '  ) order by c.namespace for update;',
        replace: '  ) order by c.namespace;',
      },
      {
        mistake: 'erases details while they are sealed for the first time',
        find: 'order by 1 on conflict do nothing;',
        replace: 'order by 1 limit 0 on conflict do nothing;',
      },
      {
        mistake: 'leaves contexts of errors',
        find: `|| '{"context": {}, "stack": null}'`,
        replace: `|| jsonb_build_object('context', s.error -> 'context')`,
      },
    ],
  },
  {
    file: 'sql/migrations/0019_sensitive_data.sql',
    tests: [sensitiveUpgrade, sensitiveErasure],
    mutants: [
      { mistake: 'lets details be changed', find: '  new.details is not null\n  or to_jsonb', replace: '  to_jsonb' },
      {
        mistake: 'lets anything be changed with the details',
        find: "  or to_jsonb(new) - '{details,details_salt}'::text[] <> to_jsonb(old) - '{details,details_salt}'::text[]\n",
        replace: '',
      },
      {
        mistake: 'leaves a function with the parameters of before',
        find: 'drop function if exists __schema__.record_transactional(bigint, bigint, bigint, integer, text);\n',
        replace: '',
      },
    ],
  },
];
