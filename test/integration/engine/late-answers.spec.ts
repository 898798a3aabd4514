import { Logger } from '@nestjs/common';
import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { WorkerIdentity } from '../../../lib/engine/steps/worker.identity.js';
import { CancellationWatcher } from '../../../lib/engine/steps/cancellation.watcher.js';
import { WorkerGateway } from '../../../lib/persistence/worker.gateway.js';
import { amount } from '../../support/amount.js';
import { brokenInvariants } from '../../support/invariants.js';
import { useLab } from '../../support/lab.js';
import { declareLost, identityOf, LATE_WORKER, leases, runners, useLateWorker } from '../../support/late.worker.js';
import { complete, HandWorker, statesOf } from '../../support/workflow.js';

const lab = useLab();
const aWorker = useLateWorker(lab);

describe('an answer to a claim that arrives late', () => {
  it('begins nothing under an identity that was lost, and leaves the newer attempt of the step alone', async () => {
    const { host, hand, attempts, answers, ask, askNow, ids } = await aWorker(1);
    const { pass: late } = await ask(2);
    const [answer] = answers.splice(0);
    await declareLost(lab, host);
    await host.kit.beat(); // it hears so
    await askNow(2);
    expect(attempts).toMatchObject([{ attempt: 2 }]);

    answer!.arrive();
    expect(await late).toMatchObject({ claimed: 0 });
    expect(attempts).toHaveLength(1);
    attempts[0]!.end('returns');
    await hand.settled();
    await askNow();
    expect((await host.kit.task(ids[0]!)).steps).toMatchObject([{ state: 'complete', results: { attempt: 2 } }]);
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('never replaces an attempt by an earlier one of the same step', async () => {
    const { host, hand, attempts, answers, ask, askNow, ids } = await aWorker(1);
    const { pass: late } = await ask(2);
    const [answer] = answers.splice(0);
    // Taken away and given to the same worker again, under the same identity.
    await lab.persistence.workers.returnUnknownClaims(identityOf(host), []);
    await askNow(2);
    answer!.arrive();
    await late;
    expect(runners(hand)).toEqual([{ taskId: ids[0], attempt: 2 }]);
    expect(attempts).toHaveLength(1);
    attempts[0]!.end('returns');
    await hand.settled();
    await askNow();
    expect((await host.kit.task(ids[0]!)).state).toBe('complete');
  });

  /** As if the machine had been, for a little longer than a third of the lease: the monotonic clock knows nothing of it. */
  function suspended(): () => void {
    const wall = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 1.1 * (LATE_WORKER.leaseSeconds / 3) * 1_000);
    return () => wall.mockRestore();
  }

  it('is compared with the database when it is so old that its steps may have been taken back', async () => {
    const { host, attempts, answers, ask, ids } = await aWorker(3);
    const warn = jest.spyOn(Logger.prototype, 'warn');
    const { pass: late } = await ask(2);
    await declareLost(lab, host); // which this worker does not hear
    const other = await HandWorker.register(lab.persistence);
    await other.record(...(await other.claim()).map((step) => complete(step)));
    const wake = suspended();
    answers.pop()!.arrive();
    expect(await late).toMatchObject({ claimed: 0 });
    wake();
    expect(attempts).toEqual([]);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('Dropped 2 claimed steps'));
    expect(await Promise.all(ids.map(async (id) => (await host.kit.task(id)).state))).toEqual(
      Array(3).fill('complete'),
    );
  });

  it('begins nothing while the database cannot be asked about it, and gives it back as soon as it can be', async () => {
    const { attempts, answers, ask, askNow } = await aWorker(1);
    const { pass: late } = await ask();
    const rename = (from: string, to: string) =>
      lab.query(`alter function __schema__.${from}(bigint, bigint[], integer[]) rename to ${to}`);
    await rename('find_revoked_steps', 'elsewhere');
    const wake = suspended();
    try {
      answers.pop()!.arrive();
      expect(await late).toMatchObject({ claimed: 0 });
    } finally {
      wake();
      await rename('elsewhere', 'find_revoked_steps');
    }
    expect(attempts).toEqual([]);
    await askNow();
    expect(attempts).toHaveLength(1);
  });

  it('begins nothing in a process that ends, which hands its steps back', async () => {
    const { hand, attempts, answers, ask, askNow, ids } = await aWorker(1);
    const { pass: late } = await ask();
    hand.drain();
    answers.pop()!.arrive();
    await late;
    expect(attempts).toEqual([]);
    await askNow(0);
    expect(await statesOf(lab.persistence, ids[0]!)).toEqual({ only: 'pending' });
  });

  it('has the room that was kept for it', async () => {
    const { hand, attempts, answers, ask } = await aWorker(2 * LATE_WORKER.concurrency);
    const { pass } = await ask();
    expect(hand.capacity).toBe(0);
    answers.pop()!.arrive();
    await pass;
    expect([attempts.length, hand.capacity]).toEqual([LATE_WORKER.concurrency, 0]);
  });
});

describe('claims, losses, outcomes and time-outs in any order', () => {
  /** What happens, how often beside the others, and to which of the answers or attempts there are. */
  const MOVES = {
    'it asks': 6,
    'it gets an answer': 6,
    'it loses an answer': 1,
    'it is lost': 1,
    'it is lost and hears so': 2,
    'it beats': 1,
    'it looks for steps that do not run': 1,
    'its steps are taken back': 3,
    'a step returns': 3,
    'a step throws': 1,
    'a step runs too long': 2,
  } as const;
  const move = fc.record({
    what: fc.oneof(
      ...(Object.keys(MOVES) as (keyof typeof MOVES)[]).map((what) => ({
        weight: MOVES[what],
        arbitrary: fc.constant(what),
      })),
    ),
    which: fc.nat(3),
  });

  it('leave each leased step a runner and each runner a lease, and lose no outcome', async () => {
    const world = await aWorker(0);
    const { host, hand, attempts, answers, ask, askNow } = world;
    const returned = jest.spyOn(host.get(WorkerGateway), 'returnUnknownClaims');
    const [template] = [
      await lab.query('select name, version from __schema__.named_tasks order by named_task_id desc limit 1'),
    ];
    const request = { namespace: 'tests', ...(template[0] as { name: string; version: string }) };

    let timedOut = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(move, { minLength: 12, maxLength: 24 }), async (moves) => {
        returned.mockClear();
        attempts.length = 0;
        await host.tasks.startMany(Array.from({ length: 4 }, () => request));
        const passes: Promise<unknown>[] = [];
        const take = <T>(list: T[], which: number): T | undefined =>
          list.splice(which % Math.max(list.length, 1), 1)[0];
        for (const { what, which } of moves) {
          switch (what) {
            case 'it asks':
              if (hand.mayPass(2)) passes.push((await ask(2)).pass);
              break;
            case 'it gets an answer':
              take(answers, which)?.arrive();
              break;
            case 'it loses an answer':
              take(answers, which)?.lose();
              break;
            case 'it is lost':
              await declareLost(lab, host);
              break;
            case 'it is lost and hears so':
              await declareLost(lab, host);
              await host.kit.beat();
              break;
            case 'it beats':
              await host.kit.beat();
              break;
            case 'it looks for steps that do not run':
              await hand.returnUnknown();
              break;
            case 'its steps are taken back':
              await lab.persistence.workers.returnUnknownClaims(identityOf(host), []);
              break;
            case 'a step returns':
              take(attempts, which)?.end('returns');
              break;
            case 'a step throws':
              take(attempts, which)?.end('throws');
              break;
            case 'a step runs too long':
              attempts.at(which % Math.max(attempts.length, 1))?.timeOut(); // what it returns later counts no more
          }
          await new Promise(setImmediate);
        }
        for (const answer of answers.splice(0).reverse()) answer.arrive();
        await Promise.all(passes);
        await askNow(0); // records what waits, and hears of a loss
        await host.kit.beat();
        const isAnswerLost = moves.some(({ what }) => what === 'it loses an answer');
        if (isAnswerLost) await hand.returnUnknown();
        else {
          const counts = await Promise.all(returned.mock.results.map(({ value }) => value as Promise<number | null>));
          expect(counts.filter((count) => count !== null && count > 0)).toEqual([]); // the net caught nothing
        }
        if (moves.some(({ what }) => what === 'its steps are taken back'))
          await host.get(CancellationWatcher).lookOnce();
        const workerId = await host.get(WorkerIdentity).get();
        expect(runners(hand)).toEqual(await leases(lab, workerId));
        expect(await lab.query('select from __schema__.ready_steps where worker_id <> $1', workerId)).toEqual([]);

        const states = async () =>
          (await lab.query<{ state: string }>('select state from __schema__.tasks')).map(({ state }) => state);
        for (let round = 0; round < 8 && (await states()).some((state) => state !== 'complete'); round++) {
          for (const attempt of attempts.splice(0)) attempt.end('returns');
          await hand.settled();
          await askNow();
        }
        expect(await states()).toEqual(Array(4).fill('complete'));
        expect(hand.isIdle).toBe(true);
        expect(await brokenInvariants(lab.persistence)).toEqual({});
        const overdue = `select from __schema__.workflow_step_transitions where error ->> 'code' = 'STEP_TIMEOUT'`;
        timedOut += (await lab.query(overdue)).length;
        await lab.query('delete from __schema__.tasks');
      }),
      { numRuns: amount({ short: 16, full: 80 }), seed: 4_711, endOnFailure: true },
    );
    expect(timedOut).toBeGreaterThan(0);
  }, 60_000);
});
