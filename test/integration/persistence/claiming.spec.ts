import { beforeEach, describe, expect, it } from '@jest/globals';
import type { NewTemplate } from '../../../lib/persistence/template.gateway.js';
import type { ClaimedStep } from '../../../lib/persistence/worker.gateway.js';
import { brokenInvariants } from '../../support/invariants.js';
import { connect, usePersistence } from '../../support/persistence.js';
import { startSingle, type Place } from '../../support/backlog.js';
import { layered, SHAPES } from '../../support/shapes.js';
import {
  complete,
  fail,
  HandWorker,
  registerShape,
  startTask,
  stepNames,
  taskState,
  type ClaimSettings,
  type StepSettings,
} from '../../support/workflow.js';

const persistence = usePersistence();
let worker: HandWorker;

beforeEach(async () => {
  await persistence.query('delete from __schema__.tasks');
  worker = await HandWorker.register(persistence);
});

/** A task of one step. */
const single = (place: Place, taskPriority: number | null = null): Promise<string> =>
  startSingle(persistence, place, taskPriority);

/** Tasks in the order in which their steps are given out, one at a time. */
async function orderOfClaims(settings: ClaimSettings = {}): Promise<string[]> {
  const order: string[] = [];
  for (;;) {
    const [step] = await worker.claim({ ...settings, want: 1 });
    if (!step) return order;
    order.push(step.taskId);
  }
}

describe('what a worker is given', () => {
  it('is no more than it wants', async () => {
    await startTask(persistence, await registerShape(persistence, layered(1, 10)));
    expect(await worker.claim({ want: 3 })).toHaveLength(3);
    expect(await worker.claim({ want: 0 })).toHaveLength(0);
    expect(await worker.claim({ want: 100 })).toHaveLength(7);
  });

  it('is the most urgent first, then the oldest, over all queues', async () => {
    const low = await single({ priority: -5 });
    const first = await single({ queue: 'mail' });
    const second = await single({ queue: 'default' });
    const third = await single({ queue: 'mail' });
    const high = await single({ queue: 'reports', priority: 9 });
    const raised = await single({ priority: -5 }, 5); // the priority of a task replaces that of its steps
    expect(await orderOfClaims()).toEqual([high, raised, first, second, third, low]);
  });

  it('comes from the queues that it serves, and no other', async () => {
    const [a, b, c] = [await single({ queue: 'a' }), await single({ queue: 'b' }), await single({ queue: 'c' })];
    expect(await orderOfClaims({ queues: ['b'] })).toEqual([b]);
    expect(await orderOfClaims({ queues: ['b', 'nobody uses this'] })).toEqual([]);
    expect(await orderOfClaims({ queues: ['c', 'a'] })).toEqual([a, c]);
  });

  it.each([
    ['one queue', ['default']],
    ['several queues', ['default', 'mail']],
    ['all queues', null],
  ])('never holds a step whose handler it lacks, serving %s', async (_, queues) => {
    const lacking = await single({ priority: 9 });
    const capable = await single({});
    const [template] = await persistence.query(
      'select step_template_id as id from __schema__.ready_steps where task_id = $1',
      lacking,
    );
    expect(await orderOfClaims({ queues, without: [template!.id] })).toEqual([capable]);
    expect(await orderOfClaims({ queues })).toEqual([lacking]);
  });

  it('is never a step whose time has not come', async () => {
    const [due, later] = [await single({}), await single({ queue: 'mail' })];
    await persistence.query(
      `update __schema__.ready_steps set run_at = now() + interval '1 minute' where task_id = $1`,
      later,
    );
    expect(await orderOfClaims()).toEqual([due]);
    expect(await orderOfClaims({ queues: ['mail'] })).toEqual([]);
  });

  it.each([
    ['on hold', 'is_held = true'],
    ['not due yet', `run_at = now() + interval '1 minute'`],
  ])('is found behind many steps that are %s', async (_, change) => {
    const many = await startTask(persistence, await registerShape(persistence, layered(1, 100)), { priority: 1 });
    await persistence.query(`update __schema__.ready_steps set ${change} where task_id = $1`, many);
    const due = await single({ queue: 'mail' });
    expect(await orderOfClaims()).toEqual([due]);
  });

  it('finishes what is begun before it begins what is new', async () => {
    const older = await startTask(persistence, await registerShape(persistence, SHAPES.linear));
    const newer = await startTask(persistence, await registerShape(persistence, SHAPES.linear));
    const [first] = await worker.claim({ want: 1 });
    expect(first!.taskId).toBe(older);
    const { claimed } = await worker.advance([complete(first!)], { want: 1 });
    expect(claimed.steps.map(({ taskId }) => taskId)).toEqual([older]);
    expect(await taskState(persistence, newer)).toBe('pending');
  });

  it('names the tasks that begin with it, each once', async () => {
    const task = await startTask(persistence, await registerShape(persistence, SHAPES.dummy));
    const begun = [{ id: task, from: 'pending', to: 'in_progress' }];
    expect((await worker.advance([], { want: 1 })).claimed.tasks).toEqual(begun);
    expect((await worker.advance([], { want: 1 })).claimed.tasks).toEqual([]);
  });

  it('is nothing where there is nothing', async () => {
    expect(await worker.advance([])).toEqual({
      lost: false,
      facts: null,
      limitOpensIn: null,
      claimed: { steps: [], tasks: [] },
      cut: false,
    });
  });
});

describe('the steps that its own outcomes free', () => {
  /** A root and three steps behind it, of which each may have something of its own. */
  async function begun(steps: StepSettings = {}): Promise<{ task: string; root: ClaimedStep }> {
    const nodes = ['root', 'one', 'two', 'three'].map((name) => ({ name, dependsOn: name === 'root' ? [] : ['root'] }));
    const task = await startTask(persistence, await registerShape(persistence, nodes, { steps }));
    const [root] = await worker.claim({ want: 1 });
    return { task, root: root! };
  }

  const next = async (root: ClaimedStep, settings: ClaimSettings): Promise<string[]> => {
    const { claimed } = await worker.advance([complete(root)], settings);
    const names = await stepNames(persistence, root.taskId);
    return claimed.steps.map(({ id, taskId }) => names.get(id) ?? `a step of task ${taskId}`);
  };

  it('are given to the worker at once, as first attempts out of pending', async () => {
    const { task, root } = await begun();
    const { claimed, facts } = await worker.advance([complete(root, { seen: 1 })]);
    const [template] = await persistence.query(
      'select step_template_id as id from __schema__.workflow_steps where workflow_step_id = $1',
      root.id,
    );
    expect(claimed.steps).toHaveLength(3);
    for (const step of claimed.steps) {
      expect(step).toMatchObject({
        from: 'pending',
        attempt: 1,
        taskId: task,
        results: [[template!.id, { seen: 1 }]],
      });
    }
    expect(facts!.freed).toBe(3);
    expect(await brokenInvariants(persistence)).toEqual({});
  });

  it('are no more than it wants, the most urgent first; the others become ready', async () => {
    const { root } = await begun({ two: { priority: 3 }, three: { priority: -3 } });
    expect(await next(root, { want: 2 })).toEqual(expect.arrayContaining(['two', 'one']));
    expect(await brokenInvariants(persistence)).toEqual({});
    expect(await worker.claim()).toHaveLength(1);
  });

  it('come after due steps that are more urgent', async () => {
    const { root } = await begun({ one: { priority: 5 } });
    const urgent = await single({ priority: 4 });
    expect(await next(root, { want: 2 })).toEqual(['one', `a step of task ${urgent}`]);
    expect(await brokenInvariants(persistence)).toEqual({});
  });

  it('are left to others where they are of a queue that it does not serve, or of a handler that it lacks', async () => {
    const { root, task } = await begun({ one: { queue: 'mail' } });
    const [lacking] = await persistence.query(
      `select step_template_id as id from __schema__.workflow_steps s join __schema__.named_steps n using (named_step_id)
       where task_id = $1 and n.name = 'two'`,
      task,
    );
    expect(await next(root, { queues: ['default'], without: [lacking!.id] })).toEqual(['three']);
    expect(await worker.claim()).toHaveLength(2);
  });

  it('are not given to a worker that was declared lost', async () => {
    const { root } = await begun();
    await persistence.query('update __schema__.workers set lost_at = now() where worker_id = $1', worker.id);
    expect(await worker.advance([complete(root)])).toMatchObject({
      lost: true,
      facts: { stale: [], freed: 3 },
      claimed: { steps: [] },
    });
    expect(await brokenInvariants(persistence)).toEqual({});
  });
});

describe('many workers at once', () => {
  it.each([
    ['one queue', ['default']],
    ['all queues', null],
  ])('are never given the same step, and leave none behind, serving %s', async (_, queues) => {
    const namedTask = await registerShape(persistence, layered(1, 50));
    for (let n = 0; n < 4; n++) await startTask(persistence, namedTask);
    const claimAll = async (): Promise<string[]> => {
      const own = await HandWorker.register(persistence);
      const ids: string[] = [];
      for (;;) {
        const claimed = await own.claim({ want: 7, queues });
        if (claimed.length === 0) return ids;
        ids.push(...claimed.map(({ id }) => id));
      }
    };
    const claimed = (await Promise.all(Array.from({ length: 6 }, claimAll))).flat();
    expect(new Set(claimed).size).toBe(claimed.length);
    expect(claimed).toHaveLength(200);
  });

  it('run every step of every task once, whoever takes it', async () => {
    const tasks: string[] = [];
    for (const shape of [SHAPES.diamond, SHAPES.mixed, SHAPES.tree, SHAPES.parallelMerge]) {
      const namedTask = await registerShape(persistence, shape);
      for (let n = 0; n < 10; n++) tasks.push(await startTask(persistence, namedTask));
    }
    const run = async (): Promise<void> => {
      const own = await HandWorker.register(persistence);
      for (let idle = 0, held = await own.claim({ want: 5 }); idle < 20;) {
        const answer = await own.advance(
          held.map((step) => complete(step)),
          { want: 5 },
        );
        expect(answer.facts?.stale ?? []).toEqual([]);
        held = answer.claimed.steps;
        idle = held.length > 0 ? 0 : idle + 1;
      }
    };
    await Promise.all(Array.from({ length: 5 }, run));
    for (const task of tasks) expect(await taskState(persistence, task)).toBe('complete');
    const [counted] = await persistence.query(
      `select count(*)::integer as attempts from __schema__.workflow_step_transitions where to_state = 'in_progress'`,
    );
    expect(counted!.attempts).toBe(10 * (7 + 9 + 8 + 7));
  });

  it('pass over a step that another is claiming at this moment', async () => {
    const tasks = [await single({}), await single({}), await single({ queue: 'mail' })];
    const other = await connect(persistence.url);
    await other.query('begin');
    await other.query('select from tasker.ready_steps where task_id = any ($1) for update', [tasks.slice(0, 2)]);
    expect(await orderOfClaims()).toEqual([tasks[2]]);
    await other.query('rollback');
    await other.end();
    expect(await orderOfClaims()).toEqual(tasks.slice(0, 2));
  });

  it('look further down when others were faster with all that they chose from', async () => {
    const namedTask = await registerShape(persistence, layered(1, 30), {
      steps: { layer_0_step_0: { queue: 'mail' } },
    });
    await startTask(persistence, namedTask);
    const other = await connect(persistence.url);
    await other.query('begin');
    await other.query(
      'select from tasker.ready_steps order by priority desc, run_at, workflow_step_id limit 10 for update',
    );
    expect(await worker.claim({ want: 5 })).not.toHaveLength(0);
    await other.query('rollback');
    await other.end();
  });

  it('do not wait for a task that somebody holds; its first outcome begins it', async () => {
    const task = await startTask(persistence, await registerShape(persistence, SHAPES.linear));
    const holder = await connect(persistence.url);
    await holder.query('begin');
    await holder.query('select from tasker.tasks where task_id = $1 for no key update', [task]);
    const { claimed } = await worker.advance([]);
    expect(claimed).toMatchObject({ steps: [{ taskId: task }], tasks: [] });
    await holder.query('rollback');
    await holder.end();

    expect(await taskState(persistence, task)).toBe('pending');
    const { facts } = await worker.record(fail(claimed.steps[0]!));
    expect(facts!.tasks).toEqual([{ id: task, from: 'pending', to: 'in_progress' }]);
  });
});

describe('a template that is replaced', () => {
  it('leaves tasks that were started with the shape that they have', async () => {
    const name = 'replaced';
    const before = await registerShape(persistence, SHAPES.linear, { name });
    const old = await startTask(persistence, before);
    expect(await registerShape(persistence, SHAPES.tree, { name, replace: true })).toBe(before);
    const young = await startTask(persistence, before);

    let claimed = await worker.claim();
    while (claimed.length > 0) {
      claimed = (await worker.advance(claimed.map((step) => complete(step)))).claimed.steps;
    }
    for (const [task, shape] of [
      [old, SHAPES.linear],
      [young, SHAPES.tree],
    ] as const) {
      expect(await taskState(persistence, task)).toBe('complete');
      const names = [...(await stepNames(persistence, task)).values()];
      expect(names.sort()).toEqual(shape.map(({ name: step }) => step).sort());
    }
  });

  it('is refused when it was not meant, with the stored document, and told when nothing changed', async () => {
    const template = {
      namespace: 'shapes',
      name: 'compared',
      version: '1.0.0',
      description: '',
      steps: [],
      replace: false,
    };
    const register = async (text: string, changes: Partial<NewTemplate> = {}) => {
      const says = { wording: { text }, fingerprint: text, configuration: { text } };
      return (await persistence.templates.registerAll([{ ...template, ...says, ...changes }]))[0]!;
    };
    const { namedTaskId, outcome } = await register('one');
    expect(outcome).toBe('created');
    expect(await register('one')).toEqual({ namedTaskId, outcome: 'unchanged' });
    const stored = { wording: { text: 'one' }, configuration: { text: 'one' } };
    expect(await register('two')).toEqual({ namedTaskId, outcome: 'changed', stored });
    expect(await register('two', { replace: true })).toEqual({ namedTaskId, outcome: 'replaced' });
    expect(await register('two')).toEqual({ namedTaskId, outcome: 'unchanged' });
  });

  it('is registered once by many processes that start together', async () => {
    const register = () => registerShape(persistence, SHAPES.mixed, { name: 'together', namespace: 'new here' });
    const ids = await Promise.all(Array.from({ length: 8 }, register));
    expect(new Set(ids).size).toBe(1);
    const steps = await persistence.query(
      'select revision from __schema__.named_tasks_named_steps where named_task_id = $1',
      ids[0],
    );
    expect(steps.map(({ revision }) => revision)).toEqual(SHAPES.mixed.map(() => 1));
  });
});
