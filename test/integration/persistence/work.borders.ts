import { DAY, HOUR, isAny, LEASE, start, type Border, type Times } from '../../support/borders.js';
import { complete, fail, type StepSettings } from '../../support/workflow.js';

const limitedTo = (limits: object): StepSettings => ({
  only: { limits: { name: `borders ${JSON.stringify(limits)}`, concurrency: null, rate: null, key: null, ...limits } },
});

const soon = (seconds: number): string => new Date(Date.now() + seconds * 1_000).toISOString();

const isClaimed =
  (times: Times, settings = {}) =>
  async () =>
    (await times.worker.claim(settings)).length > 0;
const DUE = [['ready_steps', 'run_at'] as const, ['limit_checks', 'due_at'] as const];

export const ofWorkers = (times: Times): readonly Border[] => [
  {
    what: 'the lease of a worker that is silent',
    seconds: LEASE,
    begin: async () => undefined,
    instants: [['workers', 'last_heartbeat_at']],
    isPast: async () => (await times.workers.reapLostWorkers()).workers.length > 0,
  },
  {
    what: 'the time for which a worker that stopped may still come to hold a step',
    seconds: HOUR,
    begin: () => times.workers.stop(times.worker.id),
    instants: [['workers', 'stopped_at']],
    isPast: async () => {
      await times.workers.reapLostWorkers();
      return isAny(times, 'select from __schema__.workers where cleared_at is not null');
    },
  },
  {
    what: 'the time for which a worker that stopped is listed',
    seconds: 7 * DAY,
    begin: () => times.query('update __schema__.workers set stopped_at = now(), cleared_at = now()'),
    instants: [['workers', 'stopped_at', 'cleared_at']],
    isPast: async () => {
      await times.workers.reapLostWorkers();
      return !(await isAny(times, 'select from __schema__.workers'));
    },
  },
];

export const ofSteps = (times: Times): readonly Border[] => [
  ...[
    { of: 'many lanes', steps: {}, settings: {} },
    { of: 'one lane', steps: { only: { queue: 'alone' } }, settings: { queues: ['alone'] } },
    { of: 'those under a limit', steps: limitedTo({ concurrency: 5 }), settings: {} },
  ].flatMap(({ of, steps, settings }): Border[] => [
    {
      what: `the time before which a task must not begin, claimed from ${of}`,
      seconds: HOUR,
      begin: () => start(times, steps, { runAt: soon(HOUR) }),
      instants: DUE,
      isPast: isClaimed(times, settings),
    },
    {
      what: `the wait before a retry, claimed from ${of}`,
      seconds: HOUR,
      begin: async () => {
        await start(times, steps);
        const [step] = await times.worker.claim(settings);
        await times.worker.record(fail(step!, HOUR));
      },
      instants: DUE,
      isPast: isClaimed(times, settings),
    },
  ]),
  {
    what: 'the span of a limit of starts',
    seconds: HOUR,
    begin: async () => {
      for (let n = 0; n < 2; n++) await start(times, limitedTo({ rate: { count: 1, seconds: HOUR } }));
      await times.worker.record(...(await times.worker.claim()).map((step) => complete(step)));
      await times.worker.claim(); // looks, and finds it full
    },
    instants: [
      ['limit_starts', 'counts_until'],
      ['limit_checks', 'due_at'],
    ],
    isPast: isClaimed(times),
  },
  {
    what: 'the time for which a start is kept of which nobody asks any more',
    seconds: HOUR,
    begin: async () => {
      await start(times, limitedTo({ rate: { count: 1, seconds: HOUR } }));
      await times.worker.claim();
    },
    instants: [['limit_starts', 'counts_until']],
    isPast: async () => {
      await times.workers.forgetLimitStarts();
      return !(await isAny(times, 'select from __schema__.limit_starts'));
    },
  },
  {
    what: 'the time for which nobody tries to claim a step whose claim was refused',
    seconds: 30,
    begin: async () => {
      await start(times);
      await times.query(
        `select __schema__.postpone_refused(jsonb_build_array(jsonb_build_object('sqlState', 'P0001', 'stepId', workflow_step_id)))
         from __schema__.ready_steps`,
      );
    },
    instants: DUE,
    isPast: isClaimed(times),
  },
];
