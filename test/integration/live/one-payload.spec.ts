import { describe, expect, it } from '@jest/globals';
import { ChangeFeed, EventBus, PermanentError, type Change, type EventName } from 'nestjs-tasker';
import { Worker } from '../../../lib/engine/steps/worker.js';
import { aGate } from '../../support/eventually.js';
import { aTemplate, independent } from '../../support/factories.js';
import { COMMITTED_EVENTS } from '../../support/heard.events.js';
import { useLab } from '../../support/lab.js';
import { BY } from '../../support/operations.js';
import { aScript } from '../../support/script.js';

const lab = useLab();

type Told = Readonly<Record<string, unknown>>;

/** Tells the transitions of this test apart, but for those that are alike in all. */
const placeOf = ({ taskId, stepId, event, attempt, from, retryAt }: Told): string =>
  [taskId, stepId, event, attempt, from, retryAt].join();

describe('an event', () => {
  it('carries the same payload and the same attempt on the bus and in the feed, whatever its step went through', async () => {
    const [running, returning] = [aGate(), aGate()];
    const given = { reset: [] as number[], handed_back: [] as number[] };
    const script = aScript({
      reset: ({ attempt }) => {
        given.reset.push(attempt);
        if (given.reset.length < 3) throw new PermanentError('declined', { code: 'DECLINED', context: { secret: 1 } });
      },
      handed_back: async ({ attempt }) => {
        given.handed_back.push(attempt);
        if (given.handed_back.length > 1) return;
        running.open();
        await returning.passed;
      },
      timed_out: ({ attempt }) => (attempt === 1 ? returning.passed : null),
      lost: () => returning.passed,
      overdue: () => returning.passed,
    });
    const template = aTemplate(independent('reset', 'handed_back', 'timed_out'), {
      steps: { timed_out: { timeoutSeconds: 0.05 } },
    });
    const lost = aTemplate(independent('lost'), { steps: { lost: { retryLimit: 2 } } });
    const overdue = aTemplate(independent('overdue'));
    const templates = [template, lost, overdue];
    const [host, other] = [
      await lab.open({ templates, handlers: script.handlers, live: { pollIntervalMs: 10 } }),
      await lab.open({ templates, handlers: script.handlers }),
    ];
    const heard: Told[] = [];
    for (const { app } of [host, other]) {
      app.get(EventBus, { strict: false }).on(COMMITTED_EVENTS, (payload, event) => heard.push({ event, ...payload }));
    }
    const feed = await host.get(ChangeFeed).follow();

    const { id } = await host.tasks.start(template.request);
    await host.get(Worker).runOnce();
    await running.passed;
    host.get(Worker).abandon('shutdown');
    await host.get(Worker).settled();
    await host.kit.runUntilIdle();
    await host.tasks.retryStep(id, 'reset', BY);
    await host.kit.runUntilIdle();
    await host.tasks.resetStep(id, 'reset', BY);
    await host.kit.runToEnd(id);
    expect(given).toEqual({ reset: [1, 2, 1], handed_back: [1, 1] });

    const worker = other.get(Worker);
    for (const tries of [1, 2]) {
      if (tries === 1) await other.tasks.start(lost.request);
      await worker.runOnce();
      await lab.query(`update __schema__.workers set last_heartbeat_at = now() - interval '1 day'`);
      await host.kit.beat();
      await other.kit.beat();
    }
    const late = await other.tasks.start({ ...overdue.request, deadlineAt: new Date(Date.now() + 3_600_000) });
    await worker.runOnce();
    await lab.query('update __schema__.tasks set deadline_at = now() where task_id = $1', late.id);
    await lab.query('update __schema__.task_deadlines set deadline_at = now() where task_id = $1', late.id);
    await host.kit.runUntilIdle();
    returning.open();

    const told: Change[] = [];
    while (told.at(-1)?.event !== 'task.failed' || told.at(-1)?.taskId !== late.id)
      told.push((await feed.next()).value!);
    const onlyOnTheBus: readonly EventName[] = ['worker.lost', 'step.outcome_stale'];
    const transitions = heard.filter(({ event, from }) => !onlyOnTheBus.includes(event as EventName) && from !== null);
    const fields = transitions.map(({ at: _, ...payload }) => payload);
    const alike = told.map((change) => {
      const { event, stepId } = change;
      const keys = Object.keys(
        fields.find((each) => each.event === event && each.stepId === (stepId ?? undefined)) ?? {},
      );
      return Object.fromEntries(keys.map((key) => [key, change[key as keyof Change]]));
    });
    const inOrder = (events: readonly Told[]): readonly Told[] =>
      events.toSorted((one, two) => (placeOf(one) < placeOf(two) ? -1 : 1));
    expect(inOrder(alike)).toEqual(inOrder(fields));
    expect(new Set(fields.map(({ event }) => event))).toEqual(
      new Set([
        'task.start_requested',
        'task.completed',
        'task.failed',
        'step.execution_requested',
        'step.completed',
        'step.failed',
        'step.retry_requested',
        'step.handed_back',
      ]),
    );
  });
});
