import type { MutantsOfFile } from '../../mutant.js';
import {
  claiming,
  cleanConnections,
  concurrency,
  failures,
  histories,
  limits,
  operatorActions,
  refusedParts,
  running,
  scheduling,
  smallPool,
  stateTotals,
  transactional,
  turns,
} from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'sql/functions/claim_steps.sql',
    tests: [claiming, turns, failures, limits],
    mutants: [
      {
        mistake: 'counts no attempt at a claim',
        find: 'worker_id = p_worker_id, attempt = r.attempt + 1',
        replace: 'worker_id = p_worker_id',
      },
      {
        mistake: 'gives one step more of scarce templates than asked for',
        find: 'x.nth <= p_scarce_want',
        replace: 'x.nth <= p_scarce_want + 1',
        tests: [concurrency, transactional, claiming, smallPool],
      },
      {
        mistake: 'gives scarce steps however few are wanted',
        find: 'where x.is_ample or x.nth <= p_scarce_want',
        replace: 'where true',
        tests: [concurrency, transactional, claiming, smallPool],
      },
      {
        mistake: 'calls a retry a first attempt',
        find: `case when k.retrying then 'error' else 'pending' end as from_state`,
        replace: `'pending' as from_state`,
      },
      {
        mistake: 'dates the begin by the start of the transaction',
        find: 'claimed_at := clock_timestamp();',
        replace: 'claimed_at := now();',
        tests: [histories, claiming, running, cleanConnections],
      },
      {
        mistake: 'lets a begin be dated before what it follows',
        find: 'last_attempted_at = greatest(claimed_at, s.updated_at), updated_at = greatest(claimed_at, s.updated_at)',
        replace: 'last_attempted_at = claimed_at, updated_at = claimed_at',
        tests: [histories, running, claiming],
      },
      {
        mistake: 'starts limited steps without writing the starts down',
        find: `if v_limits is not null then
    limit_opens_in := `,
        replace: `if false then
    limit_opens_in := `,
      },
      {
        mistake: 'lets limited steps go before more urgent ones',
        find: `order by x.priority desc, x.turn, hashint8extended(x.task_namespace_id, v_chance), x.run_at, x.workflow_step_id
      limit p_want`,
        replace: `order by x.turn, hashint8extended(x.task_namespace_id, v_chance), x.run_at, x.workflow_step_id
      limit p_want`,
      },
      {
        mistake: 'lets limited steps of one namespace go before all others',
        find: 'order by x.priority desc, x.turn, hashint8extended(x.task_namespace_id, v_chance), x.run_at',
        replace: 'order by x.priority desc, hashint8extended(x.task_namespace_id, v_chance), x.turn, x.run_at',
      },
      {
        mistake: 'counts a begin in no total',
        find: `select s.task_namespace_id, 'step', s.from_state, 'in_progress', count(*) from started s group by 1, 3`,
        replace: `select s.task_namespace_id, 'step', s.from_state, 'in_progress', 0::bigint from started s group by 1, 3`,
        tests: [stateTotals, running, claiming],
      },
      {
        mistake: 'looks at limits though the caller has chosen',
        find: 'if p_chosen is null and exists',
        replace: 'if exists',
        tests: [refusedParts, limits],
      },
    ],
  },
  {
    file: 'sql/functions/lock_due_steps.sql',
    tests: [claiming, turns, failures, limits],
    mutants: [
      {
        mistake: 'begins steps before their time, serving one lane',
        find: 'and r.lane_id = p_lanes[1] and r.run_at <= now()',
        replace: 'and r.lane_id = p_lanes[1]',
      },
      {
        mistake: 'begins steps of held tasks, serving one lane',
        find: `where r.worker_id is null and not r.is_held and r.limit_key is null
        and r.lane_id = p_lanes[1]`,
        replace: `where r.worker_id is null and r.limit_key is null
        and r.lane_id = p_lanes[1]`,
        tests: [operatorActions, claiming, scheduling],
      },
      {
        mistake: 'begins limited steps as if they had no limit, serving one lane',
        find: `and not r.is_held and r.limit_key is null
        and r.lane_id = p_lanes[1]`,
        replace: `and not r.is_held
        and r.lane_id = p_lanes[1]`,
        tests: [limits],
      },
      {
        mistake: 'gives steps that the worker has no handler for, serving one lane',
        find: `and r.lane_id = p_lanes[1] and r.run_at <= now()
        and r.step_template_id <> all (p_without) and r`,
        replace: `and r.lane_id = p_lanes[1] and r.run_at <= now()
        and r`,
      },
      {
        mistake: 'begins steps past their deadline, serving one lane',
        find: `and r.step_template_id <> all (p_without) and r.task_id <> all (p_expired)
      order by`,
        replace: `and r.step_template_id <> all (p_without)
      order by`,
        tests: [scheduling, claiming],
      },
      {
        mistake: 'takes the least urgent first, serving one lane',
        find: `order by r.priority desc, r.run_at, r.workflow_step_id
      limit p_want for`,
        replace: `order by r.priority, r.run_at, r.workflow_step_id
      limit p_want for`,
      },
      {
        mistake: 'takes the youngest first, serving one lane',
        find: `order by r.priority desc, r.run_at, r.workflow_step_id
      limit p_want for`,
        replace: `order by r.priority desc, r.run_at desc, r.workflow_step_id
      limit p_want for`,
      },
      {
        mistake: 'waits for rows that another claims, serving one lane',
        find: `limit p_want for update skip locked
    );
  end if;`,
        replace: `limit p_want for update
    );
  end if;`,
      },
      {
        mistake: 'gives a row to two workers, serving one lane',
        find: `limit p_want for update skip locked
    );
  end if;`,
        replace: `limit p_want
    );
  end if;`,
      },
      {
        mistake: 'finds nothing behind many steps of held tasks, serving several lanes',
        find: `where r.worker_id is null and not r.is_held and r.limit_key is null
            and r.lane_id = l.lane_id`,
        replace: `where r.worker_id is null and r.limit_key is null
            and r.lane_id = l.lane_id`,
        tests: [operatorActions, claiming, scheduling],
      },
      {
        mistake: 'finds nothing behind many steps whose time has not come, serving several lanes',
        find: 'and r.lane_id = l.lane_id and r.run_at <= now() and r.step',
        replace: 'and r.lane_id = l.lane_id and r.step',
      },
      {
        mistake: 'gives steps that the worker has no handler for, serving several lanes',
        find: 'and r.lane_id = l.lane_id and r.run_at <= now() and r.step_template_id <> all (p_without)',
        replace: 'and r.lane_id = l.lane_id and r.run_at <= now()',
      },
      {
        mistake: 'begins steps past their deadline, serving several lanes',
        find: `
            and r.task_id <> all (p_expired)`,
        replace: '',
        tests: [scheduling, claiming],
      },
      {
        mistake: 'lets lanes take no turns',
        find: 'order by f.priority desc, f.turn, hashint8extended',
        replace: 'order by f.priority desc, hashint8extended',
      },
      {
        mistake: 'lets turns go before urgency',
        find: 'order by f.priority desc, f.turn, hashint8extended(f.task_namespace_id, v_chance)',
        replace: 'order by f.turn, f.priority desc, hashint8extended(f.task_namespace_id, v_chance)',
      },
      {
        mistake: 'always lets the same namespace go first',
        find: 'v_chance bigint := (random() * 1000000000)::bigint;',
        replace: 'v_chance bigint := 1;',
      },
      {
        mistake: 'never looks further down a lane',
        find: `v_reach := least(4 * v_reach, v_room);
      continue;`,
        replace: 'v_reach := least(4 * v_reach, v_room);',
      },
      {
        mistake: 'stops looking when others were faster',
        find: 'exit when cardinality(v_locked) > 0 or coalesce',
        replace: 'exit when true or coalesce',
      },
      {
        mistake: 'gives a row to two workers, serving several lanes',
        find: `where r.worker_id is null and not r.is_held and r.run_at <= now()
      order by c.place
      limit p_want for update of r skip locked`,
        replace: `order by c.place
      limit p_want`,
      },
      {
        mistake: 'waits for rows that another claims, serving several lanes',
        find: 'limit p_want for update of r skip locked',
        replace: 'limit p_want for update of r',
      },
    ],
  },
];
