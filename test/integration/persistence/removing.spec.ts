import { describe, expect, it } from '@jest/globals';
import { usePersistence } from '../../support/persistence.js';
import { bulk } from '../../support/random.js';
import { complete, HandWorker, registerShape, startTask } from '../../support/workflow.js';

const persistence = usePersistence();

describe('a task that is old enough', () => {
  it('stays and is named where it is too large for the archive that is asked for', async () => {
    const namedTask = await registerShape(persistence, [{ name: 'only', dependsOn: [] }]);
    const small = await startTask(persistence, namedTask);
    const large = await startTask(persistence, namedTask, { context: { bulk: bulk(20_000) } });
    const worker = await HandWorker.register(persistence);
    await worker.record(...(await worker.claim()).map((step) => complete(step)));
    await persistence.query(
      `update __schema__.tasks set created_at = now() - interval '2 hours', completed_at = now() - interval '1 hour'`,
    );
    const [row] = await persistence.query('select __schema__.remove_finished_tasks(60, 0, 10, true, 10000) as answer');
    expect(row!.answer).toMatchObject({ removed: 1, tooLarge: [large] });
    expect(await persistence.query('select task_id from __schema__.tasks')).toEqual([{ task_id: large }]);
    expect(await persistence.query('select task_id from __schema__.archived_tasks')).toEqual([{ task_id: small }]);
  });
});
