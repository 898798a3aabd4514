import { setTimeout as pass } from 'node:timers/promises';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ActionRefusedError, PermanentError, type TaskService, TaskReader } from 'nestjs-tasker';
import { amount } from '../../support/amount.js';
import { eventually } from '../../support/eventually.js';
import { aTemplate, HANDLER, type TestTemplate } from '../../support/factories.js';
import { brokenHistory } from '../../support/history.rules.js';
import { expectValid, listenTo, type Heard } from '../../support/heard.events.js';
import type { Host, StepFunction } from '../../support/host.js';
import { brokenInvariants, forgottenTasks } from '../../support/invariants.js';
import { useLab } from '../../support/lab.js';
import { BY } from '../../support/operations.js';
import { randomFrom } from '../../support/random.js';

const lab = useLab();
beforeAll(() => lab.query('create table effects (step_id bigint, attempt integer)'));
beforeEach(() => lab.query('truncate effects'));

const TASKS = amount({ short: 500, full: 2_000 });
const BATCH = 100;
const TEMPLATES = 12;
const MAX_STEPS = 8;
const ACTIONS_A_BATCH = 150;
const OPERATORS = 3;
/** The same templates, handlers' moods and actions in every run; when they meet differs. */
const SEED = 20_262;

const random = randomFrom(SEED);
const chance = (share: number): boolean => random() < share;
const below = (limit: number): number => Math.floor(random() * limit);
const oneOf = <T>(list: readonly T[]): T => list[below(list.length)]!;

interface Workflow extends TestTemplate {
  readonly steps: readonly string[];
}

function randomWorkflow(): Workflow {
  const steps = Array.from({ length: 1 + below(MAX_STEPS) }, (_, index) => `step_${index}`);
  const nodes = steps.map((name, index) => ({
    name,
    dependsOn: steps.slice(Math.max(0, index - 4), index).filter(() => chance(0.4)),
  }));
  return { steps, ...aTemplate(nodes, { steps: Object.fromEntries(steps.map((name) => [name, randomSettings()])) }) };
}

function randomSettings() {
  return {
    skippable: chance(0.4),
    retryable: chance(0.85),
    retryLimit: 1 + below(4),
    transactional: chance(0.15),
    // Those that wait a minute stand still until the end, those that wait a millisecond are always on the move.
    backoff: { baseSeconds: chance(0.2) ? 60 : 0.001, factor: 2, maxSeconds: 120, jitter: 0.5 },
    ...(chance(0.25) ? { limits: randomLimits() } : {}),
  };
}

function randomLimits() {
  const key = chance(0.5) ? { key: '/account' } : {};
  const rate = { count: 20, seconds: 0.1 };
  return { ...key, ...oneOf([{ concurrency: 1 }, { concurrency: 4 }, { rate }, { concurrency: 3, rate }]) };
}

function randomRequest({ request, document }: Workflow) {
  const soon = (mostMs: number): Date => new Date(Date.now() - mostMs / 10 + below(mostMs));
  const skippable = (document.step_templates as { name: string; skippable?: boolean }[]).filter((s) => s.skippable);
  const deadlineAt = chance(0.1) ? soon(3_000) : undefined;
  const runAt = chance(0.1) ? soon(2_000) : undefined;
  return {
    ...request,
    context: { account: below(5) },
    ...(deadlineAt && (!runAt || deadlineAt > runAt) && { deadlineAt }),
    ...(runAt && { runAt }),
    ...(chance(0.1) ? { priority: below(5) } : {}),
    ...(chance(0.1) ? { bypassSteps: skippable.map(({ name }) => name) } : {}),
  };
}

/** Works for a moment or not at all, and fails one time in four. */
const moody =
  (transactionalSteps: ReadonlySet<string>): StepFunction =>
  async (context) => {
    const { task, step, attempt, signal } = context;
    if (transactionalSteps.has(`${task.name} ${step.name}`)) {
      await context.manager.query('insert into effects values ($1, $2)', [step.id, attempt]);
    }
    if (chance(0.3)) await pass(below(30), undefined, { signal });
    if (chance(0.2)) throw new Error('it went wrong');
    if (chance(0.07)) throw new PermanentError('no use');
    return { step: step.name, attempt };
  };

type Action = (tasks: TaskService, id: string, step: string) => Promise<unknown>;

const ACTIONS: Readonly<Record<string, Action>> = {
  cancel: (tasks, id) => tasks.cancel(id, BY),
  cancelStep: (tasks, id, step) => tasks.cancelStep(id, step, BY),
  retry: (tasks, id) => tasks.retry(id, chance(0.5) ? BY : { ...BY, attempts: 1 }),
  retryStep: (tasks, id, step) => tasks.retryStep(id, step, BY),
  reset: (tasks, id) => tasks.reset(id, BY),
  resetStep: (tasks, id, step) => tasks.resetStep(id, step, BY),
  resolve: (tasks, id) => tasks.resolve(id, BY),
  resolveStep: (tasks, id, step) => tasks.resolveStep(id, step, { ...BY, results: { by: 'hand' } }),
  skipStep: (tasks, id, step) => tasks.skipStep(id, step, BY),
  hold: (tasks, id) => tasks.hold(id, BY),
  release: (tasks, id) => tasks.release(id, BY),
  change: (tasks, id) => tasks.change(id, { priority: oneOf([null, 1, 7]) }, BY),
  changeRetryLimit: (tasks, id, step) => tasks.changeRetryLimit(id, step, 1 + below(6), BY),
};

describe(`${TASKS} random tasks on two workers, while people do at random what people can do`, () => {
  it('stay consistent all the while, and each comes to an end or to where a person is needed', async () => {
    const workflows = Array.from({ length: TEMPLATES }, randomWorkflow);
    const settings = {
      templates: workflows,
      handlers: { [HANDLER]: moody(transactionalSteps(workflows)) },
      dataSource: { poolSize: 8 } as never,
      worker: { enabled: true, concurrency: 16, pollIntervalMs: 50 },
    };
    const hosts = [await lab.open(settings), await lab.open(settings)];
    const ears = hosts.map((host) => listenTo(host, ['task.*', 'step.*']));
    const broken: Record<string, unknown[]> = {};
    const look = async (): Promise<unknown> => Object.assign(broken, await brokenInvariants(lab.persistence));

    const started: { readonly id: string; readonly steps: readonly string[] }[] = [];
    const did: Record<string, { done: number; refused: number }> = {};
    const attempt = async (name: string, action: () => Promise<unknown>): Promise<void> => {
      const count = (did[name] ??= { done: 0, refused: 0 });
      try {
        await action();
        count.done++;
      } catch (error) {
        if (!(error instanceof ActionRefusedError)) throw error;
        count.refused++;
      }
    };
    const all: Readonly<Record<string, Action>> = {
      ...ACTIONS,
      rerun: async (tasks, id, step) => {
        const { id: again } = await tasks.rerun(id, chance(0.5) ? { ...BY, from: step } : BY);
        started.push({ id: again, steps: started.find((each) => each.id === id)!.steps });
      },
    };
    const act = (name: string, { tasks }: Host, among: typeof started): Promise<void> => {
      const { id, steps } = oneOf(among);
      return attempt(name, () => all[name]!(tasks, id, oneOf(steps)));
    };
    const operate = async (times: number): Promise<void> => {
      for (let n = 0; n < times; n++) await act(oneOf(Object.keys(all)), oneOf(hosts), started.slice(-3 * BATCH));
    };
    for (let n = 0; n < TASKS; n += BATCH) {
      const chosen = Array.from({ length: BATCH }, () => oneOf(workflows));
      const created = await oneOf(hosts).tasks.startMany(chosen.map(randomRequest));
      started.push(...created.map(({ id }, index) => ({ id, steps: chosen[index]!.steps })));
      await Promise.all(Array.from({ length: OPERATORS }, () => operate(ACTIONS_A_BATCH / OPERATORS)));
      if (n % (4 * BATCH) === 0) await look();
    }
    const rare = (): string[] => Object.keys(all).filter((name) => (did[name]?.done ?? 0) < 10);
    // Repeats actions that have succeeded too rarely: on a slow machine, there may have been little to resolve.
    for (const name of rare()) {
      for (let left = TASKS; left > 0 && rare().includes(name); left--) await act(name, hosts[0]!, started);
    }

    const turnedAt = await now();
    await releaseAll(hosts[0]!);
    await eventually(async () => {
      await hosts[0]!.kit.makeDue();
      // What is broken tells why something never ends.
      expect([await unfinishedTasks(), await brokenInvariants(lab.persistence)]).toEqual([[], {}]);
    }, 20_000);
    await look();
    expect(broken).toEqual({});
    expect(await brokenHistory(lab.persistence, turnedAt)).toEqual({});
    expect(await forgottenTasks(lab.persistence)).toEqual([]);
    expect(await wrongEffects()).toEqual([]);
    const heard = ears.flatMap(({ all: events }) => events);
    expectValid(hosts[0]!, heard);
    expect(transitionsIn(heard)).toEqual(await storedTransitions());
    expect(rare()).toEqual([]);
    expect(await contradictions(hosts[0]!)).toEqual([]);
    expect(await statesFound()).toEqual(['cancelled', 'complete', 'error', 'resolved_manually']);
  }, 300_000);
});

function transactionalSteps(workflows: readonly Workflow[]): Set<string> {
  return new Set(
    workflows.flatMap(({ request, document }) =>
      (document.step_templates as { name: string; transactional?: boolean }[])
        .filter(({ transactional }) => transactional)
        .map(({ name }) => `${request.name} ${name}`),
    ),
  );
}

async function releaseAll({ tasks }: Host): Promise<void> {
  const held = await lab.query<{ id: string }>(
    `select task_id as id from __schema__.tasks
     where held_at is not null and state in ('pending', 'in_progress', 'error') order by 1`,
  );
  for (const { id } of held) await tasks.release(id, BY);
}

/** By the clock of the database. */
async function now(): Promise<Date> {
  const [row] = await lab.query<{ now: Date }>('select clock_timestamp() as now');
  return row!.now;
}

function unfinishedTasks(): Promise<unknown[]> {
  return lab.query(`select task_id, state from __schema__.tasks where state in ('pending', 'in_progress') limit 5`);
}

/** Transactional steps whose work is not there exactly once when they are complete, and not at all otherwise. */
function wrongEffects(): Promise<unknown[]> {
  return lab.query(
    `select s.workflow_step_id, s.state, s.attempts, count(e.step_id)::integer as effects
     from __schema__.workflow_steps s
     join __schema__.named_tasks_named_steps st on st.id = s.step_template_id and st.transactional
     left join effects e on e.step_id = s.workflow_step_id
     group by s.workflow_step_id having count(e.step_id) <> case s.state when 'complete' then 1 else 0 end`,
  );
}

/** Failed tasks of which SQL and the analysis in TypeScript do not say alike that a person is needed. */
async function contradictions(host: Host): Promise<unknown[]> {
  const request = { filter: { states: ['error'] }, include: ['summary', 'analysis'], limit: 100 } as const;
  const { items } = await host.get(TaskReader).list(request);
  return items.filter(({ task: { summary, analysis } }) => {
    const { readySteps, waitingSteps, runningSteps } = analysis!;
    const goesOn = readySteps.length + waitingSteps.length + runningSteps.length > 0;
    return goesOn || summary!.healthStatus !== 'blocked' || summary!.executionStatus !== 'blocked_by_failures';
  });
}

/** What the events say that became of tasks and steps, each as often as it was said. */
function transitionsIn(heard: readonly Heard[]): string[] {
  return heard
    .filter(({ payload }) => 'to' in payload)
    .map(({ payload: { taskId, stepId, from, to } }) => [taskId, stepId ?? 'task', from ?? 'nothing', to].join(' '))
    .sort();
}

/** The same, as the database has it. */
async function storedTransitions(): Promise<string[]> {
  const rows = await lab.query<{ transition: string }>(
    `select concat_ws(' ', task_id, 'task', 'nothing', 'pending') as transition from __schema__.tasks
     union all select concat_ws(' ', task_id, 'task', from_state, to_state) from __schema__.task_transitions
     union all select concat_ws(' ', task_id, workflow_step_id, from_state, to_state)
     from __schema__.workflow_step_transitions`,
  );
  return rows.map(({ transition }) => transition).sort();
}

async function statesFound(): Promise<string[]> {
  const rows = await lab.query<{ state: string }>('select distinct state from __schema__.tasks order by state');
  return rows.map(({ state }) => state);
}
