import type { MutantsOfFile } from '../../mutant.js';
import {
  claimBudget,
  claiming,
  failures,
  limitedClaims,
  limits,
  missingTemplates,
  operatorActions,
  scheduling,
} from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'sql/functions/lock_limited_steps.sql',
    tests: [limits, limitedClaims],
    mutants: [
      {
        mistake: 'looks at a limit while another does',
        find: `perform pg_advisory_xact_lock(hashtextextended('__schema__ limit ' || v_key, 0));`,
        replace: '',
      },
      {
        mistake: 'locks limits in any order',
        find: 'select k.name from unnest(v_keys) k (name) order by hashtextextended(k.name, 0), k.name',
        replace: 'select k.name from unnest(v_keys) k (name) order by random()',
      },
      {
        mistake: 'allows one more at a time',
        find: 'select count(*)::integer from __schema__.ready_steps r where r.limit_key = v_key and r.worker_id is not null',
        replace:
          'select count(*)::integer - 1 from __schema__.ready_steps r where r.limit_key = v_key and r.worker_id is not null',
      },
      {
        mistake: 'counts what waits as running',
        find: `where r.limit_key = v_key and r.worker_id is not null
`,
        replace: `where r.limit_key = v_key
`,
      },
      {
        mistake: 'starts one more in a window',
        find: `v_limits #>> '{rate,count}')::integer - (`,
        replace: `v_limits #>> '{rate,count}')::integer + 1 - (`,
      },
      {
        mistake: 'never lets a start count no longer',
        find: 'where s.limit_key = v_key and s.counts_until <= clock_timestamp();',
        replace: 'where s.limit_key = v_key and false;',
      },
      {
        mistake: 'lets a start count an hour too short',
        find: 's.counts_until <= clock_timestamp();',
        replace: `s.counts_until <= clock_timestamp() + interval '1 hour';`,
      },
      {
        mistake: 'has room as the rate says, whatever runs',
        find: 'v_room := least(v_room, (v_limits',
        replace: 'v_room := least(null, (v_limits',
      },
      {
        mistake: 'starts limited steps before their time',
        find: `and r.lane_id = any (p_lanes) and r.run_at <= now() and r.step_template_id <> all (p_without) and r.task_id <> all (p_expired)
      order by`,
        replace: `and r.lane_id = any (p_lanes) and r.step_template_id <> all (p_without) and r.task_id <> all (p_expired)
      order by`,
        tests: [limits, scheduling, failures],
      },
      {
        mistake: 'gives limited steps of queues that the worker does not serve',
        find: `where r.worker_id is null and not r.is_held and r.limit_key = v_key
        and r.lane_id = any (p_lanes) and r`,
        replace: `where r.worker_id is null and not r.is_held and r.limit_key = v_key
        and r`,
      },
      {
        mistake: 'gives limited steps that the worker has no handler for',
        find: `and r.step_template_id <> all (p_without) and r.task_id <> all (p_expired)
      order by`,
        replace: `and r.task_id <> all (p_expired)
      order by`,
        tests: [limits, missingTemplates, claiming],
      },
      {
        mistake: 'begins limited steps past their deadline',
        find: `and r.step_template_id <> all (p_without) and r.task_id <> all (p_expired)
      order by`,
        replace: `and r.step_template_id <> all (p_without)
      order by`,
        tests: [limits, scheduling],
      },
      {
        mistake: 'begins limited steps of held tasks',
        find: `where r.worker_id is null and not r.is_held and r.limit_key = v_key
        and r.lane_id = any (p_lanes) and r.run_at <= now() and r.step_template_id <> all (p_without) and r.task_id <> all (p_expired)
      order`,
        replace: `where r.worker_id is null and r.limit_key = v_key
        and r.lane_id = any (p_lanes) and r.run_at <= now() and r.step_template_id <> all (p_without) and r.task_id <> all (p_expired)
      order`,
        tests: [limits, operatorActions],
      },
      {
        mistake: 'takes the least urgent limited step first',
        find: `order by r.worker_id, r.priority desc, r.run_at, r.workflow_step_id
      limit greatest(least(v_room, p_want), 0)`,
        replace: `order by r.worker_id, r.priority, r.run_at, r.workflow_step_id
      limit greatest(least(v_room, p_want), 0)`,
      },
      {
        mistake: 'fails where a limit was lowered below what runs',
        find: 'limit greatest(least(v_room, p_want), 0) for',
        replace: 'limit least(v_room, p_want) for',
      },
      {
        mistake: 'forgets the check of a step that is due later',
        find: 'and c.lane_id = any (p_lanes) and c.due_at <= now();',
        replace: 'and c.lane_id = any (p_lanes);',
      },
      {
        mistake: 'looks only at the limit that is due first',
        find: 'continue when cardinality(step_ids) >= p_want and v_key <> all (v_chosen);',
        replace: 'exit when cardinality(step_ids) >= p_want;',
      },
    ],
  },
  {
    file: 'sql/functions/count_limited_starts.sql',
    tests: [limits, limitedClaims],
    mutants: [
      {
        mistake: 'counts starts as one, however many',
        find: 'from generate_series(1, v_started);',
        replace: 'from generate_series(1, least(v_started, 1));',
      },
      {
        mistake: 'lets a rate open a start too early',
        find: 'order by s.counts_until desc offset v_limit.count - 1 limit 1',
        replace: 'order by s.counts_until desc offset v_limit.count limit 1',
      },
      {
        mistake: 'lets a rate open too late',
        find: 'order by s.counts_until desc offset v_limit.count - 1 limit 1',
        replace: 'order by s.counts_until desc limit 1',
      },
      {
        mistake: 'never looks again at a limit that has room',
        find: '(v_opens_at is not null or v_limit.room > v_started) and exists',
        replace: 'v_opens_at is not null and exists',
      },
      {
        mistake: 'never looks again at a rate that is full',
        find: '(v_opens_at is not null or v_limit.room > v_started) and exists',
        replace: 'v_limit.room > v_started and exists',
      },
      { mistake: 'looks again at once, though time makes room', find: 'coalesce(v_opens_at, now())', replace: 'now()' },
      {
        mistake: 'does not say when a limit opens',
        find: 'v_opens_in := least(v_opens_in, extract(epoch from v_opens_at - clock_timestamp()));',
        replace: 'null;',
      },
      {
        mistake: 'says when the last limit opens',
        find: 'v_opens_in := least(v_opens_in, extract',
        replace: 'v_opens_in := greatest(v_opens_in, extract',
      },
    ],
  },
  {
    file: 'sql/functions/uncount_limited_starts.sql',
    tests: [limits, limitedClaims, claimBudget],
    mutants: [
      {
        mistake: 'takes back every start under the key',
        find: `limit u.starts
`,
        replace: `limit 1000000
`,
      },
      {
        mistake: 'takes back the oldest starts',
        find: 'order by x.counts_until desc limit',
        replace: 'order by x.counts_until limit',
      },
    ],
  },
  {
    file: 'sql/functions/limit_key.sql',
    tests: [limits, limitedClaims],
    mutants: [
      {
        mistake: 'has one limit for all long values',
        find: `then encode(sha256(convert_to(v.value, 'utf8')), 'hex') else`,
        replace: `then 'long' else`,
      },
      {
        mistake: 'has no limit where the context has no value',
        find: `), '') else '' end;`,
        replace: `), null) else '' end;`,
      },
    ],
  },
  {
    file: 'sql/functions/check_limits.sql',
    tests: [limits, limitedClaims],
    mutants: [
      {
        mistake: 'lets only the lane of the step look',
        find: `version.limits ->> 'name' = st.limits ->> 'name'`,
        replace: 'version.id = st.id',
      },
      {
        mistake: 'forgets the lanes of deleted templates',
        find: 'where not exists (select from __schema__.named_tasks_named_steps st where st.id = f.step_template_id);',
        replace: 'where false;',
      },
    ],
  },
];
