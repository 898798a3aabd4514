import { describe, expect, it } from '@jest/globals';
import type { GraphNode } from '../../../lib/workflow/graph.js';
import { aChain, aTemplate } from '../../support/factories.js';
import { stepHistory } from '../../support/history.js';
import { useLab } from '../../support/lab.js';
import { aScript, failing } from '../../support/script.js';
import { useStage } from '../../support/stage.js';
import { layered, SHAPE_NAMES, SHAPES } from '../../support/shapes.js';

const lab = useLab();
const play = useStage(lab);

const WIDE_AND_DEEP: Readonly<Record<string, readonly GraphNode[]>> = {
  'fan of 60': [
    { name: 'root', dependsOn: [] },
    ...Array.from({ length: 60 }, (_, index) => ({ name: `leaf_${index}`, dependsOn: ['root'] })),
  ],
  'chain of 60': aChain(...Array.from({ length: 60 }, (_, index) => `link_${index}`)),
  'layers of 6 × 6': layered(6, 6),
};

describe.each([...SHAPE_NAMES.map((name) => [name, SHAPES[name]] as const), ...Object.entries(WIDE_AND_DEEP)])(
  'a %s workflow',
  (_, nodes: readonly GraphNode[]) => {
    it('runs each step once, after the steps it depends on, with their results by name', async () => {
      const script = aScript();
      const template = aTemplate(nodes);
      const { tasks, kit } = await play({ templates: [template], handlers: script.handlers });
      const { id } = await tasks.start(template.request);
      const task = await kit.runToEnd(id);

      expect(task.state).toBe('complete');
      expect(script.runs.map(({ step }) => step).sort()).toEqual(nodes.map(({ name }) => name).sort());
      expect(await childrenBeforeParents(id, nodes)).toEqual([]);
      for (const { name, dependsOn } of nodes) {
        const given = Object.fromEntries(dependsOn.map((parent) => [parent, { step: parent }]));
        expect(script.runsOf(name)[0]!.results).toEqual(given);
      }
    });
  },
);

/** The failures that these workflows have in Rails Tasker's tests, and how many runs it takes to finish despite them. */
const FAILURES: [string, readonly GraphNode[], Record<string, number>, number][] = [
  ['linear', SHAPES.linear, { process_data: 1 }, 7],
  ['diamond', SHAPES.diamond, { branch_one_process: 1, branch_two_process: 1 }, 9],
  ['parallel merge', SHAPES.parallelMerge, { fetch_order_data: 1, fetch_inventory_data: 1, merge_all_data: 1 }, 10],
  ['tree', SHAPES.tree, { branch_b_setup: 1, branch_a_task_two: 1, branch_b_task_two: 1 }, 11],
  ['mixed', SHAPES.mixed, { validate_permissions: 1, setup_environment: 1, process_critical_data: 2 }, 13],
  [
    'configurable failure',
    aChain('reliable_step', 'flaky_step', 'timeout_step', 'idempotent_step'),
    { flaky_step: 2, timeout_step: 1 },
    7,
  ],
];

describe.each(FAILURES)('a %s workflow whose steps fail now and then', (_, nodes, failures, runs) => {
  it(`completes in ${runs} runs, and what failed is the only thing run again`, async () => {
    const acts = Object.entries(failures).map(([step, times]) => [step, failing(times)]);
    const script = aScript(Object.fromEntries(acts));
    const template = aTemplate(nodes);
    const { tasks, kit } = await play({ templates: [template], handlers: script.handlers });
    const { id } = await tasks.start(template.request);
    const task = await kit.runToEnd(id);

    expect(task.state).toBe('complete');
    expect(script.runs).toHaveLength(runs);
    const attempts = Object.fromEntries(task.steps.map((step) => [step.name, step.attempts]));
    expect(attempts).toEqual(Object.fromEntries(nodes.map(({ name }) => [name, 1 + (failures[name] ?? 0)])));
    expect(await childrenBeforeParents(id, nodes)).toEqual([]);
  });
});

/** Steps that began before a step they depend on was complete. */
async function childrenBeforeParents(taskId: string, nodes: readonly GraphNode[]): Promise<string[]> {
  const history = await stepHistory(lab, taskId);
  const begun = (step: string) => history.find((each) => each.step === step && each.to === 'in_progress')!.at;
  const done = (step: string) => history.find((each) => each.step === step && each.to === 'complete')!.at;
  return nodes.flatMap(({ name, dependsOn }) =>
    dependsOn.filter((parent) => done(parent) > begun(name)).map((parent) => `${name} before ${parent}`),
  );
}
