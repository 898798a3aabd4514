import { describe, expect, it } from '@jest/globals';
import { TaskReader } from 'nestjs-tasker';
import { aChain, aTemplate } from '../../support/factories.js';
import { useLab } from '../../support/lab.js';
import { aScript } from '../../support/script.js';

const lab = useLab();

describe('the history of a task', () => {
  it('begins with the task and ends with it, whichever of its two tables gave out more ids', async () => {
    const template = aTemplate(aChain('first', 'last'));
    const { tasks, kit, get } = await lab.open({ templates: [template], handlers: aScript().handlers });
    for (const table of ['task_transitions', 'workflow_step_transitions']) {
      await lab.query(
        `select setval('tasker.${table}_id_seq', (select last_value + 1000 from tasker.${table}_id_seq))`,
      );
      const { id } = await tasks.start(template.request);
      await kit.runToEnd(id);
      await lab.query(
        `with one as (select now() as instant), t as (update tasker.task_transitions set created_at = instant from one)
         update tasker.workflow_step_transitions set created_at = instant from one`,
      );
      const { transitions } = await get(TaskReader).get(id, ['transitions']);
      const steps = transitions.map(({ step, to }) => `${step ?? 'task'}: ${to}`);
      expect([steps[0], steps.at(-1)]).toEqual(['task: in_progress', 'task: complete']);
    }
  });
});
