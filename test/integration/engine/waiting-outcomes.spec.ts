import { afterEach, describe, expect, it } from '@jest/globals';
import { EventBus } from 'nestjs-tasker';
import { Worker } from '../../../lib/engine/steps/worker.js';
import { eventually } from '../../support/eventually.js';
import { aTemplate } from '../../support/factories.js';
import { brokenInvariants } from '../../support/invariants.js';
import { useLab } from '../../support/lab.js';
import { declareLost, useLateWorker } from '../../support/late.worker.js';
import { aScript } from '../../support/script.js';

const lab = useLab();
const aWorker = useLateWorker(lab);

describe('outcomes that wait to be recorded', () => {
  it('keep a worker from taking itself for idle', async () => {
    const { hand, attempts, askNow } = await aWorker(1);
    await askNow(1);
    attempts[0]!.end('returns');
    await hand.settled();
    expect([hand.runningSteps, hand.waitingOutcomes]).toEqual([0, 1]);
    expect([hand.isIdle, hand.isFree]).toEqual([false, false]);
    await askNow(0);
    expect([hand.isIdle, hand.isFree]).toEqual([true, true]);
  });

  it('are dropped when the worker hears that it was declared lost', async () => {
    const { host, hand, attempts, askNow, ids } = await aWorker(1);
    const stale: unknown[] = [];
    host.get(EventBus).on('step.outcome_stale', (fact) => stale.push(fact));
    await askNow(1);
    attempts[0]!.end('returns');
    await hand.settled();
    await declareLost(lab, host);
    await host.kit.beat();
    expect([hand.waitingOutcomes, hand.isIdle]).toEqual([0, true]);
    await askNow(1);
    attempts[1]!.end('returns');
    await hand.settled();
    await askNow(0);
    expect(stale).toEqual([]); // nothing was recorded under the new identity that belongs to the former
    expect((await host.kit.task(ids[0]!)).steps).toMatchObject([{ state: 'complete', results: { attempt: 2 } }]);
  });

  it('are dropped also when they travel at that moment in a pass that fails', async () => {
    const { host, hand, attempts, answers, ask, askNow } = await aWorker(1);
    await askNow(1);
    attempts[0]!.end('returns');
    await hand.settled();
    const { pass } = await ask(0);
    await declareLost(lab, host);
    await host.kit.beat();
    answers.pop()!.lose();
    await pass;
    expect(hand.waitingOutcomes).toBe(0);
    expect([hand.isIdle, hand.isFree]).toEqual([true, true]);
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });
});

describe('outcomes that the database refuses in any form', () => {
  const allow = () => lab.query('drop function if exists __schema__.refuse_ends() cascade');
  afterEach(allow);

  /** Steps may begin, but not end. */
  async function refuseEnds(): Promise<void> {
    await lab.query(
      `create function __schema__.refuse_ends() returns trigger language plpgsql as $$
       begin raise exception 'the auditor is away'; end $$`,
    );
    await lab.query(
      `create trigger refuse before update on __schema__.workflow_steps for each row
       when (old.state = 'in_progress') execute function __schema__.refuse_ends()`,
    );
  }

  it('keep a worker that has as many as it may run steps from taking more, until they are recorded', async () => {
    const template = aTemplate();
    const host = await lab.open({ templates: [template], handlers: aScript().handlers, worker: { concurrency: 2 } });
    const hand = host.get(Worker);
    const started = await host.tasks.startMany([1, 2, 3].map(() => template.request));
    expect(await hand.runOnce()).toMatchObject({ claimed: 2, dueInSeconds: null });
    await hand.settled();
    await refuseEnds();
    expect(await hand.runOnce(0)).toMatchObject({ recorded: 0, dueInSeconds: expect.any(Number) });
    expect(hand.capacity).toBe(0);
    expect(await hand.runOnce()).toMatchObject({ claimed: 0 });
    await allow();
    await eventually(async () => {
      await host.kit.runUntilIdle(); // each of the refused ones alone, when it is due
      for (const { id } of started) {
        expect(await host.kit.task(id)).toMatchObject({ state: 'complete', steps: [{ attempts: 1 }] });
      }
    });
  });
});
