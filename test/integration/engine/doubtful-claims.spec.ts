import { describe, expect, it, jest } from '@jest/globals';
import { WorkerMaintenance } from '../../../lib/engine/steps/worker.maintenance.js';
import { WorkerLoop } from '../../../lib/engine/steps/worker.loop.js';
import { Worker } from '../../../lib/engine/steps/worker.js';
import { WorkerGateway } from '../../../lib/persistence/worker.gateway.js';
import { eventually } from '../../support/eventually.js';
import { aTemplate } from '../../support/factories.js';
import type { Host } from '../../support/host.js';
import { brokenInvariants } from '../../support/invariants.js';
import { useLab } from '../../support/lab.js';
import { brokenConnection, identityOf, leases, runners, useLateWorker } from '../../support/late.worker.js';
import { aScript } from '../../support/script.js';

const lab = useLab();
const aWorker = useLateWorker(lab);

/** Claims in its name without its knowledge. */
const claimFor = (host: Host, want: number) =>
  lab.persistence.workers.advance({
    workerId: identityOf(host),
    want,
    queues: null,
    without: [],
    scarce: [],
    scarceWant: 0,
    maxBytes: 1_000_000,
    outcomes: [],
  });

describe('a step that is leased to a worker and does not run there', () => {
  it('goes back with the next look, uncounted, while what runs or waits to be recorded stays', async () => {
    const { host, attempts, askNow } = await aWorker(3);
    await askNow(2);
    attempts[0]!.end('returns');
    await claimFor(host, 1);
    expect(await leases(lab, identityOf(host))).toHaveLength(3);
    await host.get(WorkerMaintenance).checkOnce();
    expect(await leases(lab, identityOf(host))).toHaveLength(2);
    expect(await lab.query('select attempts - attempts_before as n from __schema__.workflow_steps order by 1')).toEqual(
      [{ n: 0 }, { n: 1 }, { n: 1 }],
    );
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('is not taken for one while the answer to its claim is on its way', async () => {
    const { host, hand, attempts, answers, ask } = await aWorker(1);
    const { pass } = await ask();
    await host.get(WorkerMaintenance).checkOnce();
    answers.pop()!.arrive();
    await pass;
    expect(attempts).toHaveLength(1);
    expect(await leases(lab, identityOf(host))).toEqual(runners(hand));
    expect(hand.mayPass(2)).toBe(true);
  });

  it('stays for the next look where somebody holds its task, and the look waits for nobody', async () => {
    const { host, askNow, ids } = await aWorker(2);
    await askNow(0);
    await claimFor(host, 2);
    const holder = await lab.connect();
    await holder.query('begin');
    await holder.query('select from tasker.tasks where task_id = $1 for update', [ids[0]]);
    await host.get(Worker).returnUnknown();
    expect(await leases(lab, identityOf(host))).toEqual([{ taskId: ids[0], attempt: 1 }]);
    await holder.query('commit');
    await host.get(Worker).returnUnknown();
    expect(await leases(lab, identityOf(host))).toEqual([]);
  });
});

describe('a worker that may hold steps which it does not know of', () => {
  /** A session of it that the server has not given up yet; what it does may still be committed. */
  async function aHangingSession(host: Host): Promise<{ end(): Promise<unknown> }> {
    const session = await lab.connect();
    await session.query('begin');
    await session.query('select pg_advisory_xact_lock_shared(tasker.advance_lock($1))', [identityOf(host)]);
    return { end: () => session.query('commit') };
  }

  /** A worker that acts only when something happens, and has nothing to do. */
  async function anIdleWorker() {
    const template = aTemplate();
    const worker = { enabled: true, pollIntervalMs: 600_000, leaseSeconds: 600 };
    const host = await lab.open({ templates: [template], handlers: aScript().handlers, worker });
    const [hand, loop] = [host.get(Worker), host.get(WorkerLoop)];
    await eventually(() => expect([loop.lastContactAt, hand.isFree]).toEqual([expect.any(Date), true]));
    return { host, hand, loop, template };
  }

  it('makes one pass at a time until it has handed them back', async () => {
    const { host, hand, answers, ask, askNow } = await aWorker(2);
    const { pass } = await ask(1);
    expect(hand.mayPass(2)).toBe(true);
    await host.get(WorkerMaintenance).checkOnce(); // which the pass puts off
    expect(hand.mayPass(2)).toBe(false);
    answers.pop()!.arrive();
    await pass;
    await askNow(0);
    const { pass: later } = await ask(1);
    expect(hand.mayPass(2)).toBe(true);
    answers.pop()!.arrive();
    await later;
  });

  it('hands nothing back beside another pass, which may have claimed it', async () => {
    const { host, hand, answers, ask, ids } = await aWorker(4);
    const { pass: one } = await ask(2);
    await host.get(WorkerMaintenance).checkOnce();
    const { pass: other } = await ask(2);
    expect(await leases(lab, identityOf(host))).toEqual(ids.map((taskId) => ({ taskId, attempt: 1 })));
    for (const answer of answers.splice(0)) answer.arrive();
    expect(await Promise.all([one, other])).toMatchObject([{ claimed: 2 }, { claimed: 2 }]);
    expect(runners(hand)).toEqual(await leases(lab, identityOf(host)));
  });

  it('goes on searching for them until the server has given up every session of its own', async () => {
    const { host, hand, askNow } = await aWorker(1);
    await askNow(0);
    await claimFor(host, 1);
    const session = await aHangingSession(host);
    await hand.returnUnknown();
    expect(await leases(lab, identityOf(host))).toHaveLength(1);
    await session.end();
    await askNow(0);
    expect(await leases(lab, identityOf(host))).toEqual([]);
  });

  it('starts tasks without a claim', async () => {
    const { host, hand, template } = await anIdleWorker();
    const startAndClaim = jest.spyOn(host.get(WorkerGateway), 'startAndClaim');
    const session = await aHangingSession(host);
    await hand.returnUnknown();
    expect([hand.isIdle, hand.isFree]).toEqual([true, false]);
    const { id } = await host.tasks.start(template.request);
    await session.end();
    await eventually(async () => expect((await host.kit.task(id)).state).toBe('complete'));
    expect(startAndClaim).not.toHaveBeenCalled();
    await eventually(() => expect(hand.isFree).toBe(true));
    await host.tasks.start(template.request);
    expect(startAndClaim).toHaveBeenCalledTimes(1);
  });

  it('hands back, with its next pass, what it started when the answer was lost', async () => {
    const { host, hand, loop, template } = await anIdleWorker();
    const gateway = host.get(WorkerGateway);
    const startAndClaim = gateway.startAndClaim.bind(gateway);
    jest.spyOn(gateway, 'startAndClaim').mockImplementationOnce(async (...request) => {
      await startAndClaim(...request);
      throw brokenConnection();
    });
    await expect(host.tasks.start(template.request)).rejects.toThrow('ECONNRESET');
    const [held] = await leases(lab, identityOf(host));
    expect(held).toMatchObject({ attempt: 1 });
    loop.wake();
    await eventually(async () =>
      expect(await host.kit.task(held!.taskId)).toMatchObject({ state: 'complete', steps: [{ attempts: 1 }] }),
    );
    await eventually(() => expect(hand.isFree).toBe(true));
  });
});
