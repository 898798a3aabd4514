import type { MutantsOfFile } from '../../mutant.js';
import {
  doubtfulClaims,
  lateAnswers,
  lostLease,
  lostWorkers,
  operatorActions,
  resetWhileRunning,
  shutdown,
  silence,
} from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'sql/functions/reap_lost_workers.sql',
    tests: [lostWorkers],
    mutants: [
      {
        mistake: 'declares a worker lost at half of its lease',
        find: `make_interval(secs => lease_seconds)
`,
        replace: `make_interval(secs => lease_seconds / 2)
`,
      },
      {
        mistake: 'declares a worker lost at twice its lease',
        find: `make_interval(secs => lease_seconds)
`,
        replace: `make_interval(secs => 2 * lease_seconds)
`,
      },
      {
        mistake: 'declares a stopped worker lost',
        find: `where lost_at is null and stopped_at is null
`,
        replace: `where lost_at is null
`,
      },
      {
        mistake: 'waits for the row of a worker that somebody holds',
        find: 'order by worker_id for no key update skip locked',
        replace: 'order by worker_id for no key update',
      },
      {
        mistake: 'waits for a task that somebody holds',
        find: 'order by t.task_id for no key update skip locked',
        replace: 'order by t.task_id for no key update',
      },
      {
        mistake: 'takes steps back without the locks of their tasks',
        find: 'r.task_id = any (v_locked)',
        replace: 'true',
      },
      {
        mistake: 'forgets a worker while it may still be given a step',
        find: `and coalesce(lost_at, stopped_at) < now() - interval '1 hour'
`,
        replace: `
`,
        tests: [lostWorkers, shutdown],
      },
      { mistake: 'forgets a worker that still holds a step', find: 'and worker_id <> all (v_holders);', replace: ';' },
      {
        mistake: 'never takes back the steps of a worker that stopped',
        find: 'where coalesce(lost_at, stopped_at) is not null and cleared_at is null',
        replace: 'where lost_at is not null and cleared_at is null',
        tests: [lostWorkers, shutdown],
      },
      {
        mistake: 'does not count the attempt of a lost worker',
        find: `array_agg('retry'::text) as kinds`,
        replace: `array_agg('release'::text) as kinds`,
      },
      {
        mistake: 'removes the rows of workers that it has not cleared',
        find: `< now() - interval '7 days' and cleared_at is not null`,
        replace: `< now() - interval '7 days'`,
      },
    ],
  },
  {
    file: 'sql/functions/heartbeat.sql',
    tests: [lostWorkers, lostLease],
    mutants: [
      {
        mistake: 'lets a lost worker live on',
        find: 'and lost_at is null and stopped_at is null',
        replace: 'and stopped_at is null',
      },
      {
        mistake: 'lets a stopped worker live on',
        find: 'and lost_at is null and stopped_at is null',
        replace: 'and lost_at is null',
      },
      {
        mistake: 'renews the lease of every worker',
        find: 'where worker_id = p_worker_id and lost_at',
        replace: 'where lost_at',
      },
    ],
  },
  {
    file: 'sql/functions/return_unknown_claims.sql',
    tests: [lostLease, silence, lostWorkers, doubtfulClaims, lateAnswers],
    mutants: [
      {
        mistake: 'hands back what a lost call may still claim',
        find: 'if not pg_try_advisory_xact_lock(__schema__.advance_lock(p_worker_id)) then',
        replace: 'if false then',
      },
      {
        mistake: 'counts attempts whose claim was never heard of',
        find: `array_agg('release'::text) as kinds`,
        replace: `array_agg('retry'::text) as kinds`,
      },
      {
        mistake: 'waits for tasks that somebody holds',
        find: 'order by t.task_id for no key update skip locked',
        replace: 'order by t.task_id for no key update',
      },
    ],
  },
  {
    file: 'sql/functions/find_unknown_claims.sql',
    tests: [lostLease, silence, lostWorkers, doubtfulClaims, lateAnswers],
    mutants: [
      {
        mistake: 'takes a later attempt of a step for the one that the worker knows',
        find: `(r.workflow_step_id, r.attempt) not in (
      select k.workflow_step_id, k.attempt from`,
        replace: `(r.workflow_step_id) not in (
      select k.workflow_step_id from`,
      },
    ],
  },
  {
    file: 'sql/functions/find_revoked_steps.sql',
    tests: [lostWorkers, operatorActions, resetWhileRunning, lostLease],
    mutants: [
      {
        mistake: 'takes a step that another worker has for one of its own',
        find: 'and r.worker_id = p_worker_id and r.attempt',
        replace: 'and r.attempt',
        equivalent: 'each claim has a number of its own, so an attempt is that of one worker',
      },
      {
        mistake: 'takes a later attempt for the one that runs',
        find: 'and r.worker_id = p_worker_id and r.attempt = m.attempt',
        replace: 'and r.worker_id = p_worker_id',
      },
    ],
  },
];
