import { describe, expect, it } from '@jest/globals';
import { ActionRefusedError, STEP_ACTIONS, STEP_STATES, TASK_ACTIONS, TASK_STATES } from 'nestjs-tasker';
import type { StepState, TaskState } from 'nestjs-tasker';
import { permittedActions } from '../../../lib/workflow/actions.js';
import { aTemplate, independent } from '../../support/factories.js';
import type { Host } from '../../support/host.js';
import { brokenInvariants } from '../../support/invariants.js';
import { useLab } from '../../support/lab.js';
import { BY, ON_STEP, ON_TASK } from '../../support/operations.js';
import { complete, fail, failForGood, HandWorker, statesOf, taskState } from '../../support/workflow.js';

const lab = useLab();

const template = aTemplate(independent('x', 'other'), {
  steps: { x: { skippable: true, queue: 'x' }, other: { queue: 'other' } },
});

const shared = lab.share({ templates: [template], handlers: { 'tests.step': () => null } });

async function started(): Promise<Host & { readonly id: string }> {
  const host = shared();
  const { id } = await host.tasks.start(template.request);
  return { ...host, id };
}

/** Brings the step x to a state while `other` still waits, so that its task is not over. */
const STEP_IN: Readonly<Record<StepState, (host: Host, id: string) => Promise<unknown>>> = {
  pending: () => Promise.resolve(),
  in_progress: () => claimX(),
  complete: async () => record(complete(...(await claimX()))),
  error: async () => record(failForGood(...(await claimX()))),
  cancelled: ({ tasks }, id) => tasks.cancelStep(id, 'x', BY),
  resolved_manually: ({ tasks }, id) => tasks.resolveStep(id, 'x', { ...BY, results: { by: 'hand' } }),
  skipped: ({ tasks }, id) => tasks.skipStep(id, 'x', BY),
};

let worker: HandWorker;
async function claimX() {
  worker = await HandWorker.register(lab.persistence);
  return (await worker.claim({ queues: ['x'] })) as unknown as [Parameters<typeof complete>[0]];
}
const record = (outcome: ReturnType<typeof complete>) => worker.record(outcome);

const TASK_IN: Readonly<Record<TaskState, (host: Host, id: string) => Promise<unknown>>> = {
  pending: () => Promise.resolve(),
  in_progress: async () => record(fail(...(await claimX()))),
  complete: async () => {
    worker = await HandWorker.register(lab.persistence);
    await worker.record(...(await worker.claim()).map((step) => complete(step)));
  },
  error: async () => {
    worker = await HandWorker.register(lab.persistence);
    await worker.record(...(await worker.claim()).map((step) => failForGood(step)));
  },
  cancelled: ({ tasks }, id) => tasks.cancel(id, BY),
  resolved_manually: async (host, id) => {
    await TASK_IN.error(host, id);
    await host.tasks.resolve(id, BY);
  },
};

/** Already as asked: nothing changes and nothing is refused. */
const TASK_ALREADY = [
  'cancel cancelled',
  'resolve resolved_manually',
  'release pending',
  'release in_progress',
  'release error',
];
const STEP_ALREADY = [
  'cancel cancelled',
  'resolve resolved_manually',
  'skip skipped',
  'retry pending',
  'reset pending',
];

describe.each(TASK_STATES)('a task that is %s', (state) => {
  it.each(Object.keys(TASK_ACTIONS))('takes, or refuses with what is permitted instead: %s', async (action) => {
    const host = await started();
    await TASK_IN[state](host, host.id);
    expect(await taskState(lab.persistence, host.id)).toBe(state);
    const permitted = permittedActions('task', state);

    const act = ON_TASK[action]!(host.tasks, host.id);
    if (TASK_ALREADY.includes(`${action} ${state}`)) {
      await expect(act).resolves.toMatchObject({ changed: false });
    } else if (permitted.includes(action)) {
      await expect(act).resolves.toMatchObject({ changed: true });
    } else {
      const refusal = await act.catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(ActionRefusedError);
      expect(refusal).toMatchObject({ httpStatus: 409, refused: { action, subject: 'task', state }, permitted });
      expect((refusal as Error).message).toBe(
        `Cannot ${action} task ${host.id}, which is ${state}: that takes one in ` +
          `${(TASK_ACTIONS[action as keyof typeof TASK_ACTIONS] as readonly string[]).join(' or ')}. ` +
          `Permitted now: ${permitted.join(', ') || 'nothing'}.`,
      );
      expect(await taskState(lab.persistence, host.id)).toBe(state);
    }
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });
});

describe.each(STEP_STATES)('a step that is %s', (state) => {
  it.each(Object.keys(STEP_ACTIONS))('takes, or refuses with what is permitted instead: %s', async (action) => {
    const host = await started();
    await STEP_IN[state](host, host.id);
    expect((await statesOf(lab.persistence, host.id)).x).toBe(state);
    const permitted = permittedActions('step', state);

    const act = ON_STEP[action]!(host.tasks, host.id);
    if (STEP_ALREADY.includes(`${action} ${state}`)) {
      await expect(act).resolves.toMatchObject({ changed: false });
    } else if (permitted.includes(action)) {
      await expect(act).resolves.toMatchObject({ changed: true });
    } else {
      const refusal = await act.catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(ActionRefusedError);
      expect(refusal).toMatchObject({ refused: { action, subject: 'step', name: 'x', state }, permitted });
      expect((await statesOf(lab.persistence, host.id)).x).toBe(state);
    }
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });
});
