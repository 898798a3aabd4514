import { describe, expect, it } from '@jest/globals';
import { aTemplate } from '../../support/factories.js';
import { aGate } from '../../support/eventually.js';
import { movesOf } from '../../support/history.js';
import { useLab } from '../../support/lab.js';
import { aScript } from '../../support/script.js';
import { useStage } from '../../support/stage.js';

const lab = useLab();
const stage = useStage(lab);

/** A first attempt that is cut off after 50 ms and returns only when the gate opens; later ones return at once. */
async function aSlowStep() {
  const returning = aGate();
  const returned = aGate();
  const reasons: unknown[] = [];
  const script = aScript({
    slow: async ({ attempt, signal }) => {
      if (attempt > 1) return { attempt };
      signal.addEventListener('abort', () => reasons.push(signal.reason));
      await returning.passed;
      setImmediate(returned.open);
      return { late: true };
    },
  });
  const template = aTemplate([{ name: 'slow', dependsOn: [] }], { steps: { slow: { timeoutSeconds: 0.05 } } });
  const host = await stage({ templates: [template], handlers: script.handlers });
  const { id } = await host.tasks.start(template.request);
  const returnLate = async (): Promise<void> => {
    returning.open();
    await returned.passed;
  };
  return { ...host, id, script, reasons, returnLate };
}

describe('a step that runs longer than its timeout', () => {
  it('fails this attempt and is told so by its signal', async () => {
    const { id, kit, reasons, returnLate } = await aSlowStep();
    await kit.runUntilIdle();
    const { steps } = await kit.task(id);
    expect(steps[0]).toMatchObject({ state: 'error', attempts: 1, results: null });
    expect(steps[0]!.error).toMatchObject({ code: 'STEP_TIMEOUT', class: 'StepTimeoutError', permanent: false });
    expect(steps[0]!.error!.message).toContain('0.05 s');
    expect(reasons).toEqual([expect.objectContaining({ code: 'TASKER_STEP_TIMEOUT' })]);
    await returnLate();
  });

  it('changes nothing any more when it returns before the retry', async () => {
    const { id, kit, returnLate } = await aSlowStep();
    await kit.runUntilIdle();
    const before = await kit.task(id);
    await returnLate();
    expect(await kit.runUntilIdle()).toBe(0);
    expect(await kit.task(id)).toEqual(before);
  });

  it('is retried, and the late return changes nothing of what the retry gave', async () => {
    const { id, kit, returnLate } = await aSlowStep();
    const task = await kit.runToEnd(id);
    expect(task.steps[0]).toMatchObject({ state: 'complete', attempts: 2, results: { attempt: 2 }, error: null });
    await returnLate();
    await kit.runUntilIdle();
    expect(await kit.task(id)).toEqual(task);
    expect(await movesOf(lab, id, 'slow')).toEqual([
      'pending > in_progress',
      'in_progress > error',
      'error > in_progress',
      'in_progress > complete',
    ]);
  });

  it('fails with the timeout although it throws because of its signal', async () => {
    const script = aScript({
      only: ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('interrupted')))),
    });
    const template = aTemplate(undefined, { defaults: { timeoutSeconds: 0.05, retryLimit: 1 } });
    const { tasks, kit } = await stage({ templates: [template], handlers: script.handlers });
    const { id } = await tasks.start(template.request);
    const { steps } = await kit.runToEnd(id);
    expect(steps[0]!.error).toMatchObject({ code: 'STEP_TIMEOUT' });
  });
});

describe('a step within its timeout', () => {
  it('knows its deadline and has a signal that stays silent', async () => {
    const seen: { left: number; aborted: boolean }[] = [];
    const script = aScript({
      only: ({ deadline, signal }) => seen.push({ left: deadline.getTime() - Date.now(), aborted: signal.aborted }),
    });
    const template = aTemplate(undefined, { defaults: { timeoutSeconds: 120 } });
    const { tasks, kit } = await stage({ templates: [template], handlers: script.handlers });
    const { id } = await tasks.start(template.request);
    await kit.runToEnd(id);
    expect(seen).toEqual([{ left: expect.any(Number), aborted: false }]);
    expect(seen[0]!.left).toBeGreaterThan(119_000);
    expect(seen[0]!.left).toBeLessThanOrEqual(120_000);
  });
});
