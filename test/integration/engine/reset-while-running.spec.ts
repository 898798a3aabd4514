import { describe, expect, it } from '@jest/globals';
import { Worker } from '../../../lib/engine/steps/worker.js';
import { CancellationWatcher } from '../../../lib/engine/steps/cancellation.watcher.js';
import { WorkerGateway } from '../../../lib/persistence/worker.gateway.js';
import { aGate } from '../../support/eventually.js';
import { aTemplate } from '../../support/factories.js';
import { brokenInvariants } from '../../support/invariants.js';
import { useLab } from '../../support/lab.js';
import { BY } from '../../support/operations.js';
import { aScript } from '../../support/script.js';

const lab = useLab();

/**
 * A step whose deadline passed while its first run was going on, and the same worker claims it again after a reset, as
 * attempt one for the second time. The runs end when their gates open.
 */
async function resetAfterDeadline() {
  const template = aTemplate();
  const [first, second] = [aGate(), aGate()];
  const gates = [first, second];
  const signals: AbortSignal[] = [];
  const script = aScript({
    only: async ({ signal }) => {
      const run = signals.push(signal);
      await gates[run - 1]!.passed;
      return { run };
    },
  });
  const host = await lab.open({ templates: [template], handlers: script.handlers });
  const { id } = await host.tasks.start({ ...template.request, deadlineAt: new Date(Date.now() + 3_600_000) });
  const worker = host.get(Worker);
  await worker.runOnce();
  await lab.query('update tasker.tasks set deadline_at = now()');
  await lab.query('update tasker.task_deadlines set deadline_at = now()');
  const again = async (): Promise<void> => {
    await host.tasks.reset(id, BY);
    expect(await worker.runOnce()).toMatchObject({ claimed: 1 });
  };
  const end = async (): Promise<void> => {
    second.open();
    await worker.settled();
    await worker.runOnce();
    const { state, steps } = await host.kit.task(id);
    expect([state, steps[0]!.attempts, steps[0]!.results]).toEqual(['complete', 1, { run: 2 }]);
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  };
  return { ...host, worker, first, signals, again, end };
}

describe('a step that a worker runs again after a reset, while its first run is not over', () => {
  it('is not aborted by a look that was meant for the first run', async () => {
    const { get, signals, again, end } = await resetAfterDeadline();
    const gateway = get(WorkerGateway);
    const find = gateway.findRevokedSteps.bind(gateway);
    gateway.findRevokedSteps = async (...running) => {
      const revoked = await find(...running);
      await again(); // while the answer is on its way
      return revoked;
    };
    expect(await get(CancellationWatcher).lookOnce()).toBe(1);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    await end();
  });

  it('does not end with what the first run says in a pass that is overtaken by the claim of the second', async () => {
    const { first, again, end, worker, get } = await resetAfterDeadline();
    await lab.query('select tasker.expire_tasks()');
    const gateway = get(WorkerGateway);
    const advance = gateway.advance.bind(gateway);
    first.open();
    await worker.settled();
    gateway.advance = async (request) => {
      gateway.advance = advance;
      await again(); // by another pass
      return advance(request);
    };
    await worker.runOnce(0);
    await end();
  });

  it('does not end with what the first run had to say', async () => {
    const { get, worker, first, again, end } = await resetAfterDeadline();
    await lab.query('select tasker.expire_tasks()');
    const gateway = get(WorkerGateway);
    const advance = gateway.advance.bind(gateway);
    gateway.advance = async (request) => {
      gateway.advance = advance;
      const answer = await advance(request);
      first.open();
      await worker.settled(); // its outcome waits when the claim arrives
      expect(worker.waitingOutcomes).toBe(1);
      return answer;
    };
    await again();
    await end();
  });
});
