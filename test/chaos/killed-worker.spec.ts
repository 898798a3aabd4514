import { describe, expect, it } from '@jest/globals';
import { EventBus } from 'nestjs-tasker';
import { eventually } from '../support/eventually.js';
import { aTemplate } from '../support/factories.js';
import { movesOf, stepHistory } from '../support/history.js';
import { brokenInvariants } from '../support/invariants.js';
import { useLab } from '../support/lab.js';
import { aScript } from '../support/script.js';
import { PROCESS_TIMEOUT_MS, useForkedWorkers } from './forked.worker.js';

const forkWorker = useForkedWorkers();
const lab = useLab();

/** Three steps side by side between a first and a last one. */
const FAN = [
  { name: 'first', dependsOn: [] },
  ...['a', 'b', 'c'].map((name) => ({ name, dependsOn: ['first'] })),
  { name: 'last', dependsOn: ['a', 'b', 'c'] },
];
const worker = { leaseSeconds: 1, pollIntervalMs: 50 };

describe('a worker process that is killed while it runs steps', () => {
  it(
    'loses these attempts, and when its lease is over another worker finishes what may be tried again',
    async () => {
      const patient = aTemplate(FAN);
      const impatient = aTemplate(FAN, { steps: { b: { retryLimit: 1 } } });
      const office = await lab.open({ templates: [patient, impatient] });
      const [one, two] = await office.tasks.startMany([patient.request, impatient.request]);
      const [tried, spent] = [one!.id, two!.id];

      const doomed = await forkWorker(lab, { worker, hold: ['a', 'b', 'c'] });
      await eventually(() => expect(doomed.messages.filter(({ kind }) => kind === 'began')).toHaveLength(8));
      await eventually(async () => {
        for (const id of [tried, spent]) expect(await movesOf(lab, id, 'first')).toHaveLength(2);
      });
      await doomed.kill();

      const script = aScript();
      const lost: string[] = [];
      const other = await lab.open({
        templates: [patient, impatient],
        handlers: script.handlers,
        worker: { ...worker, enabled: true },
      });
      other.get(EventBus).on('worker.lost', ({ workerId }) => lost.push(workerId));
      await eventually(async () => expect((await other.kit.task(tried)).state).toBe('complete'), 20_000);
      await eventually(async () => expect((await other.kit.task(spent)).state).toBe('error'), 20_000);

      const history = await stepHistory(lab, tried);
      const [doomedId] = history.map(({ workerId }) => workerId);
      expect(lost).toEqual([doomedId]);
      for (const step of ['a', 'b', 'c']) {
        expect(history.filter((each) => each.step === step)).toMatchObject([
          { from: 'pending', to: 'in_progress', attempt: 1, workerId: doomedId },
          { from: 'in_progress', to: 'error', attempt: 1, workerId: doomedId, reason: 'worker_lost' },
          { from: 'error', to: 'in_progress', attempt: 2, workerId: expect.not.stringMatching(`^${doomedId}$`) },
          { from: 'in_progress', to: 'complete', attempt: 2, reason: null },
        ]);
      }
      for (const step of ['first', 'last']) {
        expect(await movesOf(lab, tried, step)).toEqual(['pending > in_progress', 'in_progress > complete']);
      }
      const runs = script.runs
        .filter(({ taskId }) => taskId === tried)
        .map(({ step, attempt }) => `${step} ${attempt}`);
      expect(runs.sort()).toEqual(['a 2', 'b 2', 'c 2', 'last 1']);

      const { steps } = await other.kit.task(spent);
      expect(steps.map(({ name, state, attempts }) => [name, state, attempts])).toEqual([
        ['first', 'complete', 1],
        ['a', 'complete', 2],
        ['b', 'error', 1], // it had no other attempt
        ['c', 'complete', 2],
        ['last', 'pending', 0],
      ]);
      expect(steps[2]).toMatchObject({ nextRetryAt: null, error: { code: 'WORKER_LOST' } });
      expect(await brokenInvariants(lab.persistence)).toEqual({});
    },
    PROCESS_TIMEOUT_MS,
  );
});
