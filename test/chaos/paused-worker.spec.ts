import { describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { aTemplate } from '../support/factories.js';
import { stepHistory } from '../support/history.js';
import { brokenInvariants } from '../support/invariants.js';
import { useLab } from '../support/lab.js';
import { aScript } from '../support/script.js';
import { PROCESS_TIMEOUT_MS, useForkedWorkers } from './forked.worker.js';

const forkWorker = useForkedWorkers();
const lab = useLab();

describe('a worker process that stands still for longer than its lease', () => {
  it(
    'changes nothing with its late outcome when it goes on, and works on under a new identity',
    async () => {
      const template = aTemplate();
      const office = await lab.open({ templates: [template] });
      const { id } = await office.tasks.start(template.request);
      // So long a lease that its next heartbeat is far away: when it goes on, its outcome is the first that it has to say.
      const zombie = await forkWorker(lab, { worker: { leaseSeconds: 600, pollIntervalMs: 600_000 }, hold: ['only'] });
      await eventually(() => expect(zombie.messages).toContainEqual(expect.objectContaining({ kind: 'began' })));
      zombie.pause();
      await lab.query(
        `update __schema__.workers set last_heartbeat_at = now() - interval '1 hour' where pid = $1`,
        zombie.pid,
      );

      const script = aScript();
      const other = await lab.open({
        templates: [template],
        handlers: script.handlers,
        worker: { enabled: true, leaseSeconds: 1, pollIntervalMs: 50 },
      });
      await eventually(async () => expect((await office.kit.task(id)).state).toBe('complete'));
      const finished = await office.kit.task(id);
      const history = await stepHistory(lab, id);
      expect(finished.steps).toMatchObject([{ attempts: 2, results: { step: 'only' } }]);
      expect(history.map(({ to, reason }) => [to, reason])).toEqual([
        ['in_progress', null],
        ['error', 'worker_lost'],
        ['in_progress', null],
        ['complete', null],
      ]);
      await other.close();

      zombie.letGo(); // it finds this waiting when it wakes up
      zombie.resume();
      const [before] = history.map(({ workerId }) => workerId);
      const refused = { kind: 'stale', taskId: id, attempt: 1, workerId: before };
      await eventually(() => expect(zombie.messages).toContainEqual(refused));
      expect(await office.kit.task(id)).toEqual(finished);
      expect(await stepHistory(lab, id)).toEqual(history);

      const next = await office.tasks.start(template.request);
      await eventually(async () => expect((await office.kit.task(next.id)).state).toBe('complete'));
      expect((await office.kit.task(next.id)).steps).toMatchObject([{ attempts: 1, results: { pid: zombie.pid } }]);
      const [, { workerId: after } = { workerId: null }] = await stepHistory(lab, next.id);
      const identities = await lab.query(
        `select worker_id as id, lost_at is not null as lost from __schema__.workers where pid = $1 order by worker_id`,
        zombie.pid,
      );
      expect(identities).toEqual([
        { id: before, lost: true },
        { id: after, lost: false },
      ]);
      expect(await brokenInvariants(lab.persistence)).toEqual({});
    },
    PROCESS_TIMEOUT_MS,
  );
});
