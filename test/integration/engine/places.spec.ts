import { describe, expect, it, jest } from '@jest/globals';
import { StepTransactions } from '../../../lib/engine/steps/step.transactions.js';
import { Worker } from '../../../lib/engine/steps/worker.js';
import { WorkerLoop } from '../../../lib/engine/steps/worker.loop.js';
import { CancellationWatcher } from '../../../lib/engine/steps/cancellation.watcher.js';
import { WorkerGateway } from '../../../lib/persistence/worker.gateway.js';
import { aGate, eventually } from '../../support/eventually.js';
import { aTemplate, ONE_STEP } from '../../support/factories.js';
import type { Host } from '../../support/host.js';
import { useLab } from '../../support/lab.js';
import { BY } from '../../support/operations.js';
import { aScript } from '../../support/script.js';
import { lockWaited } from '../../support/waiting.js';

const lab = useLab();

/** Longer than any test: whatever runs was not found by looking now and then. */
const NEVER_MS = 600_000;

/** Resolves when the worker has looked for work and found none. */
const idle = (host: Host) =>
  eventually(() => {
    expect(host.get(WorkerLoop).lastContactAt).not.toBeNull();
    expect(host.get(Worker).isIdle).toBe(true);
  });

const completed = (host: Host, id: string) =>
  eventually(async () => expect((await host.kit.task(id)).state).toBe('complete'));

describe('a worker that has no place for another transactional step', () => {
  /** Its only place is kept by a handler whose step was cancelled, and a step of `next` waits for it. */
  async function occupied() {
    const [running, end] = [aGate(), aGate()];
    const template = aTemplate(ONE_STEP, { steps: { only: { transactional: true } } });
    const act = ({ task }: { readonly task: { readonly id: string } }): unknown => {
      if (task.id !== first.id) return {};
      running.open();
      return end.passed; // whatever its signal says
    };
    const host = await lab.open({
      templates: [template],
      handlers: aScript({ only: act }).handlers,
      worker: { enabled: true, pollIntervalMs: NEVER_MS },
      dataSource: { poolSize: 3 }, // which has one place
    });
    const first = await host.tasks.start(template.request);
    await running.passed;
    const next = await host.tasks.start(template.request);
    await host.tasks.cancel(first.id, BY);
    await host.get(CancellationWatcher).lookOnce();
    await idle(host); // but for the handler
    expect(host.get(StepTransactions).free).toBe(0);
    return { host, end, next };
  }

  it('begins it when a handler ends that kept its place beyond its abort', async () => {
    const { host, end, next } = await occupied();
    end.open();
    await completed(host, next.id);
  });

  it('begins what comes after more of them than it asked for', async () => {
    const gate = aGate();
    const [scarce, plain] = [aTemplate(ONE_STEP, { steps: { only: { transactional: true } } }), aTemplate()];
    let known: string | undefined;
    const act = ({ task }: { readonly task: { readonly id: string; readonly name: string } }): unknown =>
      task.name === plain.request.name || task.id === (known ??= task.id) ? {} : gate.passed;
    const templates = [scarce, plain];
    const office = await lab.open({ name: 'office', templates });
    await lab.open({
      templates,
      handlers: aScript({ only: act }).handlers,
      worker: { enabled: true, pollIntervalMs: NEVER_MS, concurrency: 2 },
      dataSource: { poolSize: 3 },
    });
    await completed(office, (await office.tasks.start(scarce.request)).id); // by which it knows that they are scarce
    const requests = [scarce.request, scarce.request, scarce.request, plain.request];
    const started = await office.tasks.startMany(requests);
    await completed(office, started.at(-1)!.id);
    gate.open();
  });

  it('says that it may have left some when a place became free while it looked for others', async () => {
    const { host, end } = await occupied();
    const holder = await lab.connect();
    await holder.query('begin; lock table tasker.ready_steps');
    const pass = host.get(Worker).runOnce();
    await lockWaited(holder, 'advance');
    end.open();
    await eventually(() => expect(host.get(StepTransactions).free).toBe(1));
    await holder.query('commit');
    expect((await pass).passedOver).toBe(true);
  });

  it('says that it may have left some when another pass reserved the places, and may not need them', async () => {
    const template = aTemplate(ONE_STEP, { steps: { only: { transactional: true } } });
    const host = await lab.open({
      templates: [template],
      handlers: aScript().handlers,
      dataSource: { poolSize: 3 },
    });
    const { id } = await host.tasks.start(template.request);
    await host.kit.runToEnd(id); // by which it knows that the step is transactional
    const [answered, arrive] = [aGate(), aGate()];
    const gateway = host.get(WorkerGateway);
    const advance = gateway.advance.bind(gateway);
    jest.spyOn(gateway, 'advance').mockImplementationOnce(async (request) => {
      const answer = await advance(request);
      answered.open();
      await arrive.passed;
      return answer;
    });
    const worker = host.get(Worker);
    const found = worker.runOnce(2);
    await answered.passed;
    await host.tasks.start(template.request);
    expect(await worker.runOnce(2)).toMatchObject({ claimed: 0, passedOver: true });
    arrive.open();
    expect(await found).toMatchObject({ claimed: 0, passedOver: false });
    expect(await worker.runOnce(2)).toMatchObject({ claimed: 1 });
    await worker.settled();
  });
});
