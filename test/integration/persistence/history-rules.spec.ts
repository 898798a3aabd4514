import { beforeEach, describe, expect, it } from '@jest/globals';
import { brokenHistory } from '../../support/history.rules.js';
import { usePersistence } from '../../support/persistence.js';
import { complete, fail, HandWorker, registerShape, startTask } from '../../support/workflow.js';

const persistence = usePersistence();

const limits = { name: 'one_at_a_time', key: null, concurrency: 1, rate: { count: 1, seconds: 0.001 } };
const SINGLE = [{ name: 'only', dependsOn: [] }];

/** Two tasks under one limit, one after the other, each of which fails once. */
beforeEach(async () => {
  await persistence.query('delete from __schema__.tasks');
  const named = await registerShape(persistence, SINGLE, { steps: { only: { limits } } });
  for (let n = 0; n < 2; n++) await startTask(persistence, named);
  const worker = await HandWorker.register(persistence);
  const outcomes = [fail, fail, complete, complete];
  while (outcomes.length > 0) {
    const [step] = await worker.claim();
    if (step) await worker.record(outcomes.shift()!(step, 0));
  }
});

describe('the rules of the histories', () => {
  it('hold where nothing broke them', async () => {
    expect(await brokenHistory(persistence)).toEqual({});
  });

  const later = `now() + interval '1 hour'`;
  it.each([
    [
      'never more ran under a limit',
      `update __schema__.workflow_step_transitions set created_at = ${later} where to_state <> 'in_progress'`,
    ],
    [
      'never more began under a limit',
      `update __schema__.workflow_step_transitions set created_at = now() where to_state = 'in_progress'`,
    ],
    ['no step began before the time', `update __schema__.tasks set run_at = ${later}`],
    [
      'no step was tried again before',
      `update __schema__.workflow_step_transitions set retry_at = ${later} where to_state = 'error'`,
    ],
    ['no step began a second after', `update __schema__.tasks set deadline_at = now() - interval '1 hour'`],
    [
      'no step of a task on hold',
      `insert into __schema__.operator_actions (task_id, action, actor, created_at) select task_id, 'hold', 'ann', created_at from __schema__.tasks`,
    ],
    [
      'no step began when its task was over',
      `update __schema__.task_transitions set created_at = now() - interval '1 hour' where to_state = 'complete'`,
    ],
  ])('are seen to be broken: %s', async (claim, sql) => {
    await persistence.query(sql);
    expect(Object.keys(await brokenHistory(persistence))).toContainEqual(expect.stringContaining(claim));
  });

  it('say nothing about waits that somebody let be over', async () => {
    await persistence.query(`update __schema__.tasks set run_at = ${later}`);
    expect(await brokenHistory(persistence, new Date(0))).toEqual({});
  });
});
