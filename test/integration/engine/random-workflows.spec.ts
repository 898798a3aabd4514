import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PermanentError, RetryableError } from 'nestjs-tasker';
import { amount } from '../../support/amount.js';
import { eventually } from '../../support/eventually.js';
import { aTemplate, HANDLER, type TestTemplate } from '../../support/factories.js';
import { brokenHistory } from '../../support/history.rules.js';
import type { StepFunction } from '../../support/host.js';
import { brokenInvariants } from '../../support/invariants.js';
import { useLab } from '../../support/lab.js';

const lab = useLab();

const WORKFLOWS = amount({ short: 150, full: 500 });
const BATCH = 50;
const MAX_STEPS = 10;
/** The same workflows in every run; only who runs which step when differs. */
const SEED = 20_261;

/** What the attempts of a step do: the first `failures` of them fail, and the next one ends as it says. */
interface Script {
  readonly failures: number;
  readonly thrown: 'an error' | 'a RetryableError' | 'a text';
  readonly ending: 'returns' | 'fails for good';
}

interface RandomStep {
  readonly script: Script;
  readonly retryable: boolean;
  readonly retryLimit: number;
  /** How far before this step its parents stand; a reach beyond the first step leads nowhere. */
  readonly reaches: readonly number[];
}

type Workflow = readonly RandomStep[];

/** Mostly `usual`, else something of `rare`. */
const mostly = <T>(usual: T, rare: fc.Arbitrary<T>, weight: number): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: rare });

const randomStep: fc.Arbitrary<RandomStep> = fc.record({
  script: fc.record<Script>({
    failures: mostly(0, fc.integer({ min: 1, max: 4 }), 2),
    thrown: fc.constantFrom('an error', 'a RetryableError', 'a text'),
    ending: mostly<Script['ending']>('returns', fc.constant('fails for good'), 15),
  }),
  retryable: mostly(true, fc.constant(false), 5),
  retryLimit: fc.integer({ min: 1, max: 5 }),
  reaches: fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
});
const randomWorkflow = fc.array(randomStep, { maxLength: MAX_STEPS, size: 'max' });

const nameOf = (index: number): string => `step_${index}`;
const parentsOf = ({ reaches }: RandomStep, index: number): number[] =>
  reaches.map((reach) => index - reach).filter((parent) => parent >= 0);

function templateOf(workflow: Workflow): TestTemplate {
  return aTemplate(
    workflow.map((step, index) => ({ name: nameOf(index), dependsOn: parentsOf(step, index).map(nameOf) })),
    {
      defaults: { backoff: { baseSeconds: 0.001, factor: 2, maxSeconds: 0.01, jitter: 0.5 } },
      steps: Object.fromEntries(
        workflow.map(({ script, retryable, retryLimit }, index) => [
          nameOf(index),
          { retryable, retryLimit, handlerConfig: { ...script } },
        ]),
      ),
    },
  );
}

/** Does what the script says that came with the template. */
const act: StepFunction = ({ attempt, step, config }) => {
  const { failures, thrown, ending } = config as unknown as Script;
  if (attempt > failures) {
    if (ending === 'returns') return { step: step.name, attempt };
    throw new PermanentError('no use');
  }
  if (thrown === 'an error') throw new Error('it went wrong');
  if (thrown === 'a RetryableError') throw new RetryableError('at once', { retryAfter: 0 });
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- handlers do
  throw 'it went wrong';
};

/** How a step must end: its state, and how many attempts it took. */
type Ending = readonly [name: string, state: 'complete' | 'error' | 'pending', attempts: number];

/** The model: a step ends by its own script alone, and what is behind one that did not complete never begins. */
function expectedEnd(workflow: Workflow): { state: 'complete' | 'error'; steps: readonly Ending[] } {
  const steps: Ending[] = [];
  workflow.forEach((step, index) => {
    const blocked = parentsOf(step, index).some((parent) => steps[parent]![1] !== 'complete');
    steps.push(blocked ? [nameOf(index), 'pending', 0] : endingOf(nameOf(index), step));
  });
  return { state: steps.every(([, state]) => state === 'complete') ? 'complete' : 'error', steps };
}

function endingOf(name: string, { script: { failures, ending }, retryable, retryLimit }: RandomStep): Ending {
  const limit = retryable ? retryLimit : 1;
  if (failures >= limit) return [name, 'error', limit];
  return [name, ending === 'returns' ? 'complete' : 'error', failures + 1];
}

/** How a task and its steps ended. */
async function foundEnd(taskId: string): Promise<unknown> {
  const [task] = await lab.query<{ state: string }>('select state from __schema__.tasks where task_id = $1', taskId);
  const steps = await lab.query<{ name: string; state: string; attempts: number }>(
    `select n.name, s.state, s.attempts from __schema__.workflow_steps s join __schema__.named_steps n using (named_step_id)
     where s.task_id = $1 order by s.workflow_step_id`,
    taskId,
  );
  return { state: task!.state, steps: steps.map(({ name, state, attempts }) => [name, state, attempts]) };
}

async function unfinishedTasks(): Promise<number> {
  const [row] = await lab.query<{ count: number }>(
    `select count(*)::integer from __schema__.tasks where state in ('pending', 'in_progress')`,
  );
  return row!.count;
}

/** Steps that did not begin and end each of their attempts once. */
function miscountedSteps(): Promise<unknown[]> {
  return lab.query(
    `select s.workflow_step_id from __schema__.workflow_steps s
     left join __schema__.workflow_step_transitions h on h.workflow_step_id = s.workflow_step_id
     group by s.workflow_step_id, s.attempts
     having count(distinct h.attempt) <> s.attempts
       or count(*) filter (where h.to_state = 'in_progress') <> s.attempts
       or count(*) filter (where h.from_state = 'in_progress') <> s.attempts`,
  );
}

describe(`${WORKFLOWS} random workflows on two workers at the same time`, () => {
  it('end as their scripts say, stay consistent all the while, and run each attempt once', async () => {
    const workflows = fc.sample(randomWorkflow, { numRuns: WORKFLOWS, seed: SEED });
    const templates = workflows.map(templateOf);
    const attempts: string[] = [];
    const process: StepFunction = (context) => {
      attempts.push(`${context.step.id}: ${context.attempt}`);
      return act(context);
    };
    const settings = {
      templates,
      handlers: { [HANDLER]: process },
      worker: { enabled: true, concurrency: 8, pollIntervalMs: 10 },
    };
    const { tasks } = await lab.open(settings);
    await lab.open(settings);

    const ids: string[] = [];
    const broken: Record<string, unknown[]> = {};
    const look = async (): Promise<unknown> => Object.assign(broken, await brokenInvariants(lab.persistence));
    for (let first = 0; first < WORKFLOWS; first += BATCH) {
      const started = await tasks.startMany(templates.slice(first, first + BATCH).map(({ request }) => request));
      ids.push(...started.map(({ id }) => id));
      await look();
    }
    await eventually(async () => {
      await look();
      expect(await unfinishedTasks()).toBe(0);
    }, 20_000);
    await look();
    expect(broken).toEqual({});
    expect(await brokenHistory(lab.persistence)).toEqual({});

    for (const [number, workflow] of workflows.entries()) {
      const found = await foundEnd(ids[number]!);
      expect({ number, ...(found as object) }).toEqual({ number, ...expectedEnd(workflow) });
    }
    expect(await miscountedSteps()).toEqual([]);
    expect(attempts).toHaveLength(new Set(attempts).size);
    const [ran] = await lab.query(
      `select count(distinct worker_id)::integer as workers from __schema__.workflow_step_transitions`,
    );
    expect(ran).toEqual({ workers: 2 });
  }, 60_000);
});

describe('the random workflows', () => {
  it('are of all kinds', () => {
    const ends = fc.sample(randomWorkflow, { numRuns: WORKFLOWS, seed: SEED }).map(expectedEnd);
    const share = (is: (end: ReturnType<typeof expectedEnd>) => boolean): number => ends.filter(is).length / WORKFLOWS;
    expect(share(({ state }) => state === 'complete')).toBeGreaterThan(0.15);
    expect(share(({ state }) => state === 'error')).toBeGreaterThan(0.15);
    expect(
      share(({ steps }) => steps.some(([, state, attempts]) => state === 'complete' && attempts > 1)),
    ).toBeGreaterThan(0.15);
    expect(share(({ steps }) => steps.some(([, state]) => state === 'pending'))).toBeGreaterThan(0.15);
    expect(share(({ steps }) => steps.length >= MAX_STEPS / 2)).toBeGreaterThan(0.3);
  });
});
