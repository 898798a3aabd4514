import type { NewTaskExtra } from '../../../lib/persistence/task.gateway.js';
import type { NewStepTemplate } from '../../../lib/persistence/template.gateway.js';
import type { ClaimedStep } from '../../../lib/persistence/worker.gateway.js';
import type { JsonObject } from '../../../lib/workflow/json.js';
import type { Persistence } from '../../support/persistence.js';
import { complete, HandWorker, registerShape, startTask, type ClaimSettings } from '../../support/workflow.js';

/** One lane, which no other namespace has a part in. */
export const QUEUE = 'one';

/** The step of one task, behind a root of which the worker has just finished the attempt. */
export interface Candidate extends Partial<NewStepTemplate> {
  readonly namespace?: string;
  readonly task?: { readonly context?: JsonObject; readonly priority?: number; readonly extra?: NewTaskExtra };
  /** It has no root, and is due in any case: it waited for a worker. */
  readonly isDue?: true;
}

export interface Rule {
  readonly says: string;
  /** By names of their own, in the order in which their tasks are started. */
  readonly steps: Readonly<Record<string, Candidate>>;
  /** Happens before the roots are reported. */
  readonly act?: (scene: Scene) => Promise<unknown>;
  readonly claim?: ClaimSettings | ((scene: Scene) => Promise<ClaimSettings>);
  readonly given: readonly string[];
  /** To the worker that frees them, which takes half of what it wants before namespaces take turns. @default given */
  readonly givenToItsFreer?: readonly string[];
  /** Where parts may be refused: half of what is wanted is taken of steps under limits, where there are any. @default given */
  readonly givenApart?: readonly string[];
}

/** What a rule is about: its tasks, in a database, and two workers. */
export class Scene {
  private readonly tasks = new Map<string, string>();

  private constructor(
    private readonly persistence: Persistence,
    /** Whose claims are looked at. */
    readonly worker: HandWorker,
    readonly other: HandWorker,
  ) {}

  static async with(persistence: Persistence): Promise<Scene> {
    const register = () => HandWorker.register(persistence);
    return new Scene(persistence, await register(), await register());
  }

  query(sql: string, ...parameters: readonly unknown[]) {
    return this.persistence.query(sql, ...parameters);
  }

  async start(steps: Rule['steps'], isDue: boolean): Promise<void> {
    for (const [name, { isDue: due = false, namespace = 'ways', task = {}, ...step }] of Object.entries(steps)) {
      if (due !== isDue) continue;
      const nodes = [...(isDue ? [] : ['root']), 'step'];
      const namedTask = await registerShape(
        this.persistence,
        nodes.map((node, at) => ({ name: node, dependsOn: nodes.slice(0, at) })),
        { namespace, steps: { root: { queue: QUEUE }, step: { queue: QUEUE, ...step } } },
      );
      this.tasks.set(name, await startTask(this.persistence, namedTask, task));
    }
  }

  taskOf(name: string): string {
    return this.tasks.get(name)!;
  }

  async templateOf(name: string): Promise<string> {
    const [row] = await this.persistence.query<{ id: string }>(
      `select s.step_template_id as id from __schema__.workflow_steps s
       join __schema__.named_steps n on n.named_step_id = s.named_step_id where s.task_id = $1 and n.name = 'step'`,
      this.taskOf(name),
    );
    return row!.id;
  }

  namesOf(claimed: readonly ClaimedStep[]): string[] {
    const names = new Map([...this.tasks].map(([name, id]) => [id, name]));
    return claimed.map(({ taskId }) => names.get(taskId) ?? 'a task of another worker').toSorted();
  }
}

/** By the clock of the database, in so many seconds. */
const letDeadlineBe = (scene: Scene, name: string, seconds: number) =>
  scene.query(
    `with due as (select now() + make_interval(secs => $2) as at),
     told as (update __schema__.task_deadlines set deadline_at = due.at from due where task_id = $1)
     update __schema__.tasks set deadline_at = due.at from due where task_id = $1`,
    scene.taskOf(name),
    seconds,
  );

/** In a lane of its own. */
const elsewhere = { namespace: 'others', queue: 'others' };

const onTwo = { limits: { name: 'ways/two', concurrency: 2, rate: null, key: null } };
const perTenant = { limits: { name: 'ways/tenant', concurrency: 1, rate: null, key: ['tenant'] } };
const byRate = (count: number) => ({
  limits: { name: `ways/rate ${count}`, concurrency: null, rate: { count, seconds: 3_600 }, key: null },
});
const of = (tenant: string) => ({ ...perTenant, task: { context: { tenant } } });

/** What is not given, whether or not it is under a limit, which has room. */
const exclusions = (which: string, own: Candidate): readonly Rule[] => [
  {
    says: `none of a queue that is not served${which}`,
    steps: { a: { ...own, queue: 'elsewhere' }, b: own },
    claim: { queues: [QUEUE] },
    given: ['b'],
  },
  {
    says: `none of a template that the worker goes without${which}`,
    steps: { a: { ...own, priority: 1 }, b: { ...own, handler: 'tests.other' } },
    claim: async (scene) => ({ without: [await scene.templateOf('a')] }),
    given: ['b'],
  },
  {
    says: `none of a task on hold${which}`,
    steps: { a: own, b: own },
    act: (scene) => scene.query(`select __schema__.hold_task($1, true, 'ann', null)`, scene.taskOf('a')),
    given: ['b'],
  },
  {
    says: `those of a task that was released${which}`,
    steps: { a: own, b: own },
    act: async (scene) => {
      for (const hold of [true, false]) {
        await scene.query(`select __schema__.hold_task($1, $2, 'ann', null)`, scene.taskOf('a'), hold);
      }
    },
    given: ['a', 'b'],
  },
  {
    says: `none of a task past its deadline, but those of one that has time left${which}`,
    steps: {
      a: { ...own, task: { extra: { deadlineSeconds: 3_600 } } },
      b: { ...own, task: { extra: { deadlineSeconds: 3_600 } } },
    },
    act: async (scene) => {
      await letDeadlineBe(scene, 'a', -1);
      await letDeadlineBe(scene, 'b', 60);
    },
    given: ['b'],
  },
  {
    says: `none whose time has not come${which}`,
    steps: { a: own, later: { ...own, isDue: true } },
    act: (scene) =>
      scene.query(
        `select __schema__.postpone_refused(jsonb_build_array(jsonb_build_object('sqlState', 'P0001', 'stepId', workflow_step_id)))
         from __schema__.ready_steps where task_id = $1`,
        scene.taskOf('later'),
      ),
    given: ['a'],
  },
];

/** What a worker is given, in whatever way. */
export const RULES: readonly Rule[] = [
  ...exclusions('', {}),
  ...exclusions(', under a limit', onTwo),
  { says: 'all that are due', steps: { a: {}, b: {}, c: {} }, given: ['a', 'b', 'c'] },
  { says: 'none to a worker that wants none', steps: { a: {} }, claim: { want: 0 }, given: [] },
  {
    says: 'no more than are wanted, of the oldest tasks',
    steps: { a: {}, b: {}, c: {} },
    claim: { want: 2 },
    given: ['a', 'b'],
  },
  {
    says: 'the most urgent first',
    steps: { a: {}, b: { priority: 5 }, c: { priority: 3 } },
    claim: { want: 2 },
    given: ['b', 'c'],
  },
  {
    says: 'the most urgent first, by what a task has instead of its steps',
    steps: { a: { priority: 9, task: { priority: -1 } }, b: {} },
    claim: { want: 1 },
    given: ['b'],
  },
  {
    says: 'what waits already and is more urgent first',
    steps: { a: {}, waiting: { priority: 1, isDue: true } },
    claim: { want: 1 },
    given: ['waiting'],
  },
  {
    says: 'what waits already and is less urgent last',
    steps: { a: { priority: 1 }, b: { priority: 1 }, waiting: { isDue: true } },
    claim: { want: 2 },
    given: ['a', 'b'],
  },
  {
    says: 'what waits already and is of an older task first',
    steps: { a: {}, waiting: { isDue: true } },
    act: (scene) =>
      scene.query(
        `update __schema__.ready_steps set run_at = run_at - interval '1 hour' where task_id = $1`,
        scene.taskOf('waiting'),
      ),
    claim: { want: 1 },
    given: ['waiting'],
  },
  {
    says: 'what waits already and is of a younger task last',
    steps: { a: {}, waiting: { isDue: true } },
    claim: { want: 1 },
    given: ['a'],
  },
  {
    says: 'its turn to another namespace that has something as urgent',
    steps: {
      ...{ a: {}, b: {}, c: {}, d: {} },
      ...{ x: { ...elsewhere, isDue: true }, y: { ...elsewhere, isDue: true } },
    },
    claim: { want: 4 },
    given: ['a', 'b', 'x', 'y'],
    givenToItsFreer: ['a', 'b', 'c', 'x'],
  },
  {
    says: 'nothing to another namespace that has only less urgent ones',
    steps: { a: { priority: 1 }, b: { priority: 1 }, x: { ...elsewhere, isDue: true } },
    claim: { want: 2 },
    given: ['a', 'b'],
  },
  {
    says: 'what is more urgent in another namespace first',
    steps: { a: {}, b: {}, x: { ...elsewhere, priority: 1, isDue: true } },
    claim: { want: 2 },
    given: ['a', 'x'],
  },
  {
    says: 'as many of a scarce template as there is place for',
    steps: { a: { priority: 1 }, b: { priority: 1 }, c: {} },
    claim: async (scene) => ({ scarce: [await scene.templateOf('a')], scarceWant: 1 }),
    given: ['a', 'c'],
  },
  {
    says: 'those of a scarce template that wait already and have a place',
    steps: { a: {}, waiting: { isDue: true } },
    claim: async (scene) => ({ scarce: [await scene.templateOf('waiting')], scarceWant: 1 }),
    given: ['a', 'waiting'],
  },
  {
    says: 'none whose state was decided ahead of its turn',
    steps: { a: {}, b: {} },
    act: (scene) =>
      scene.query(
        `select __schema__.settle_step($1, 'step', 'resolved_manually', '{}', 'ann', null)`,
        scene.taskOf('a'),
      ),
    given: ['b'],
  },
  {
    says: 'none that was cancelled',
    steps: { a: {}, b: {} },
    act: (scene) => scene.query(`select __schema__.cancel_step($1, 'step', 'ann', null)`, scene.taskOf('a')),
    given: ['b'],
  },
  {
    says: 'nothing to a worker that was declared lost',
    steps: { a: {} },
    act: (scene) => scene.query('update __schema__.workers set lost_at = now() where worker_id = $1', scene.worker.id),
    given: [],
  },
  { says: 'as many as a limit lets run', steps: { a: onTwo, b: onTwo, c: onTwo }, given: ['a', 'b'] },
  {
    says: 'as many as a limit lets run beside those of other workers',
    steps: { a: onTwo, b: onTwo, running: { ...onTwo, isDue: true } },
    act: ({ other }) => other.claim(),
    given: ['a'],
  },
  {
    says: 'none under a limit that is full, and those without one',
    steps: { a: onTwo, b: {}, running: { ...onTwo, isDue: true }, too: { ...onTwo, isDue: true } },
    act: ({ other }) => other.claim(),
    given: ['b'],
  },
  {
    says: 'the most urgent first of those with a limit and without',
    steps: { a: onTwo, b: { priority: 1 }, c: { ...onTwo, priority: 2 } },
    claim: { want: 2 },
    given: ['b', 'c'],
  },
  {
    says: 'the most urgent first of those under one limit',
    steps: { a: of('shop'), b: { ...of('shop'), priority: 1 } },
    given: ['b'],
  },
  {
    says: 'its turn to another namespace beside those under a limit',
    steps: { a: onTwo, b: onTwo, x: { ...elsewhere, isDue: true } },
    claim: { want: 2 },
    given: ['a', 'x'],
  },
  {
    says: 'what is more urgent in another namespace before those under a limit',
    steps: {
      a: onTwo,
      ...Object.fromEntries(['x', 'y', 'z'].map((name) => [name, { ...elsewhere, priority: 1, isDue: true }])),
    },
    claim: { want: 3 },
    given: ['x', 'y', 'z'],
    givenApart: ['a', 'x', 'y'],
  },
  {
    says: 'as many as a limit lets run for each value of its key',
    steps: { a: of('shop'), b: of('shop'), c: of('bank') },
    given: ['a', 'c'],
  },
  {
    says: 'as many as a limit of starts lets begin',
    steps: { a: byRate(2), b: byRate(2), c: byRate(2) },
    given: ['a', 'b'],
  },
  {
    says: 'as many as a limit of starts lets begin after those of other workers that are over',
    steps: { a: byRate(1), over: { ...byRate(1), isDue: true } },
    act: async ({ other }) => other.record(...(await other.claim()).map((step) => complete(step))),
    given: [],
  },
];
