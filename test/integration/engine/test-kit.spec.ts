import { describe, expect, it } from '@jest/globals';
import { aTemplate, ONE_STEP } from '../../support/factories.js';
import { useLab } from '../../support/lab.js';
import { BY } from '../../support/operations.js';
import { aScript } from '../../support/script.js';

const lab = useLab();

async function stuck(worker: { readonly queues?: readonly string[] } = {}) {
  const template = aTemplate(ONE_STEP);
  const host = await lab.open({ templates: [template], handlers: aScript({}).handlers, worker });
  const { id } = await host.tasks.start(template.request);
  return { ...host, id };
}

describe('a test kit that cannot run a task to its end', () => {
  it('says that it is on hold', async () => {
    const { tasks, kit, id } = await stuck();
    await tasks.hold(id, BY);
    await expect(kit.runToEnd(id)).rejects.toMatchObject({
      code: 'TASKER_UNENDED_TASK',
      message: `Task ${id} is still pending: it is on hold. Its steps: only pending (0 attempts).`,
    });
  });

  it('says that none of its steps is due here', async () => {
    const { kit, id } = await stuck({ queues: ['elsewhere'] });
    await expect(kit.runToEnd(id)).rejects.toMatchObject({
      message: expect.stringContaining(
        'is still pending: none of its steps is due in this process or waits for a time',
      ),
    });
  });
});
