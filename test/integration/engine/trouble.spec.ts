import { describe, expect, it, jest } from '@jest/globals';
import { WorkerLoop } from '../../../lib/engine/steps/worker.loop.js';
import { WorkerHealth } from '../../../lib/engine/steps/worker.health.js';
import { WorkerGateway } from '../../../lib/persistence/worker.gateway.js';
import { eventually } from '../../support/eventually.js';
import { aTemplate, ONE_STEP } from '../../support/factories.js';
import { useLab } from '../../support/lab.js';
import { aScript } from '../../support/script.js';
import { lockWaited } from '../../support/waiting.js';
import { taskState } from '../../support/workflow.js';

const lab = useLab();
const POLL_MS = 20;
const TRIES = 20;

/** Puts a function in the place of `advance` that fails and counts how often, and answers what puts the right one back. */
async function breakAdvance(): Promise<() => Promise<unknown>> {
  const [whole] = await lab.query<{ text: string; parameters: string }>(
    `select pg_get_functiondef(oid) as text, pg_get_function_arguments(oid) as parameters
     from pg_proc where pronamespace = 'tasker'::regnamespace and proname = 'advance'`,
  );
  await lab.query('create sequence tries');
  await lab.query(
    `create or replace function tasker.advance(${whole!.parameters}) returns json language plpgsql as $$ begin
       perform nextval('tries');
       raise exception 'in trouble';
     end $$`,
  );
  return () => lab.query(whole!.text);
}

async function tries(): Promise<number> {
  const [row] = await lab.query<{ count: number }>('select last_value::integer as count from tries');
  return row!.count;
}

describe('a worker whose database is in trouble', () => {
  it('never waits longer than it sleeps when idle, and runs what waits once all is well', async () => {
    const template = aTemplate(ONE_STEP);
    const office = await lab.open({ templates: [template] });
    const { id } = await office.tasks.start(template.request);
    const mend = await breakAdvance();
    await lab.open({
      templates: [template],
      handlers: aScript().handlers,
      worker: { enabled: true, pollIntervalMs: POLL_MS },
    });
    // With waits that double up to seconds these would take minutes.
    await eventually(async () => expect(await tries()).toBeGreaterThan(TRIES));
    await mend();
    await eventually(async () => expect(await taskState(lab.persistence, id)).toBe('complete'));
  });
});

describe('a pass of which the answer is lost with the connection', () => {
  it('leaves no step with a worker that does not know of it', async () => {
    const template = aTemplate(ONE_STEP);
    const office = await lab.open({ templates: [template] });
    const { id } = await office.tasks.start(template.request);
    const gateway = WorkerGateway.prototype;
    const advance = gateway.advance;
    let isLost = false;
    jest.spyOn(gateway, 'advance').mockImplementation(async function (this: WorkerGateway, request) {
      const answer = await advance.call(this, request);
      if (isLost || answer.claimed.steps.length === 0) return answer;
      isLost = true;
      throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    });
    const worker = { enabled: true, pollIntervalMs: POLL_MS, leaseSeconds: 600 };
    await lab.open({ templates: [template], handlers: aScript().handlers, worker });
    await eventually(async () => expect(await taskState(lab.persistence, id)).toBe('complete'));
    expect(isLost).toBe(true);
  });
});

describe('a worker whose passes wait for a lock', () => {
  it('is alive and ready for as long as a statement may take', async () => {
    const host = await lab.open({ worker: { enabled: true, pollIntervalMs: POLL_MS } });
    const pulse = host.get(WorkerHealth);
    const fault = (): string | null => pulse.checks().worker!.fault();
    await eventually(() => expect(fault()).toBeNull());
    const holder = await lab.connect();
    await holder.query('begin; lock table tasker.ready_steps');
    await lockWaited(holder, 'advance');
    await eventually(() => expect(host.get(WorkerLoop).stalledMs).toBeGreaterThan(10 * POLL_MS));
    expect([pulse.isAlive, fault()]).toEqual([true, null]);
  });
});
