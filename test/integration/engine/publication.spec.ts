import { beforeAll, describe, expect, it } from '@jest/globals';
import { TaskRetention } from 'nestjs-tasker';
import { WorkerGateway } from '../../../lib/persistence/worker.gateway.js';
import { CancellationWatcher } from '../../../lib/engine/steps/cancellation.watcher.js';
import { aChain, aTemplate } from '../../support/factories.js';
import { brokenInvariants } from '../../support/invariants.js';
import { useLab } from '../../support/lab.js';
import { BY } from '../../support/operations.js';
import { aScript, failing } from '../../support/script.js';
import { countedTotals, keptTotals } from '../../support/totals.js';

const lab = useLab();
beforeAll(() => lab.query('create publication everything for all tables'));

describe('a database whose tables are all published for logical replication', () => {
  it('runs limited and plain steps, retries, deadlines, heartbeats, totals and retention as any other', async () => {
    const plain = aTemplate(aChain('one', 'two'));
    const limits = { concurrency: 1, rate: { count: 1, seconds: 0.001 } };
    const limited = aTemplate(aChain('narrow'), { steps: { narrow: { limits } } });
    const { handlers } = aScript({ one: failing(1) });
    const { tasks, kit, get } = await lab.open({
      templates: [plain, limited],
      handlers,
      retention: { afterDays: 1 },
    });
    const started = await tasks.startMany([plain.request, limited.request, limited.request]);
    for (const { id } of started) expect(await kit.runToEnd(id)).toMatchObject({ state: 'complete' });

    const late = await tasks.start({ ...plain.request, deadlineAt: new Date(Date.now() + 3_600_000) });
    await lab.query(`update tasker.task_deadlines set deadline_at = now()`);
    await lab.query(`update tasker.tasks set deadline_at = now() where task_id = $1`, late.id);
    await get(CancellationWatcher).lookOnce();
    expect(await kit.task(late.id)).toMatchObject({ state: 'error' });
    const cancelled = await tasks.start(limited.request);
    expect(await tasks.cancel(cancelled.id, BY)).toMatchObject({ changed: true });

    await kit.beat();
    expect(await lab.query('select from tasker.limit_starts')).toEqual([]);
    await get(WorkerGateway).foldStateTotals();
    expect(await keptTotals(lab.persistence)).toEqual(await countedTotals(lab.persistence));
    expect(await lab.query('select from tasker.state_total_deltas')).toEqual([]);
    await lab.query(
      `update tasker.tasks set created_at = created_at - interval '2 days', completed_at = completed_at - interval '2 days'`,
    );
    expect(await get(TaskRetention).runOnce()).toBe(4); // all but the failed one
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });
});
