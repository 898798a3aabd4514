import { describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { aTemplate, HANDLER } from '../support/factories.js';
import type { StepFunction } from '../support/host.js';
import { brokenHistory } from '../support/history.rules.js';
import { brokenInvariants } from '../support/invariants.js';
import { useLab } from '../support/lab.js';
import { SHAPE_NAMES, SHAPES } from '../support/shapes.js';

const lab = useLab();

const TASKS = 70;
const BREAKS = 8;

describe('workers whose connections break again and again while they run many tasks', () => {
  it('run every step exactly once and record every outcome', async () => {
    const ran: string[] = [];
    const breaks: Promise<unknown>[] = [];
    let untilNext = 10;
    const act: StepFunction = async ({ step }) => {
      ran.push(step.id);
      if (--untilNext === 0 && breaks.length < BREAKS) {
        untilNext = 40;
        breaks.push(breakConnections());
      }
      await new Promise((resolve) => setImmediate(resolve)); // outcomes of one pass do not all travel in the next
      return { step: step.name };
    };
    const templates = SHAPE_NAMES.map((shape) => aTemplate(SHAPES[shape]));
    const office = await lab.open({ name: 'office', templates });
    for (const name of ['worker one', 'worker two']) {
      await lab.open({
        name,
        templates,
        handlers: { [HANDLER]: act },
        worker: { enabled: true, concurrency: 8, pollIntervalMs: 50 },
      });
    }
    await office.tasks.startMany(Array.from({ length: TASKS }, (_, n) => templates[n % templates.length]!.request));

    const unfinished = `select task_id from __schema__.tasks where state <> 'complete' limit 1`;
    await eventually(async () => expect(await lab.query(unfinished)).toEqual([]), 25_000);
    expect(breaks).toHaveLength(BREAKS);
    expect(await brokenInvariants(lab.persistence)).toEqual({});
    expect(await brokenHistory(lab.persistence)).toEqual({});
    const steps = await lab.query<{ id: string; attempts: number }>(
      `select workflow_step_id as id, attempts - attempts_before as attempts from __schema__.workflow_steps order by workflow_step_id`,
    );
    expect(ran.toSorted((a, b) => Number(a) - Number(b))).toEqual(steps.map(({ id }) => id));
    // A claim that was handed back, as its answer never arrived, does not count.
    expect(steps.filter(({ attempts }) => attempts !== 1)).toEqual([]);
    expect(await lab.query('select worker_id from __schema__.workers where lost_at is not null')).toEqual([]);
  });
});

/** Those in which workers advance, beat and listen. */
function breakConnections(): Promise<unknown> {
  return lab.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name like 'worker %'`,
  );
}
