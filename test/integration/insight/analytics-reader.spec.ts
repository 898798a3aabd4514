import { describe, expect, it } from '@jest/globals';
import { AnalyticsReader } from 'nestjs-tasker';
import type { SlownessRequest } from '../../../lib/insight/analytics.reader.js';
import { InvalidAnalyticsRequestError } from '../../../lib/insight/insight.errors.js';
import { aTemplate, HANDLER } from '../../support/factories.js';
import { useLab } from '../../support/lab.js';
import { useStage } from '../../support/stage.js';

const stage = useStage(useLab(), { migrations: 'verify' });
const ISO = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

/** A reader in a host that ran one task of this template. */
async function readerAfterOne(template = aTemplate()): Promise<{ analytics: AnalyticsReader; taskId: string }> {
  const host = await stage({ templates: [template], handlers: { [HANDLER]: () => 'done' } });
  const { id: taskId } = await host.tasks.start(template.request);
  await host.kit.runUntilIdle();
  return { analytics: host.get(AnalyticsReader), taskId };
}

describe('the analytics reader', () => {
  it('tells how the system is, in numbers', async () => {
    const { analytics } = await readerAfterOne();
    expect(await analytics.systemHealth()).toEqual({
      totalTasks: 1,
      pendingTasks: 0,
      inProgressTasks: 0,
      completeTasks: 1,
      errorTasks: 0,
      cancelledTasks: 0,
      resolvedManuallyTasks: 0,
      totalSteps: 1,
      pendingSteps: 0,
      inProgressSteps: 0,
      completeSteps: 1,
      errorSteps: 0,
      cancelledSteps: 0,
      resolvedManuallySteps: 0,
      skippedSteps: 0,
      retryableErrorSteps: 0,
      exhaustedRetrySteps: 0,
      inBackoffSteps: 0,
      activeConnections: expect.any(Number),
      maxConnections: expect.any(Number),
    });
  });

  it('tells what happened in a period', async () => {
    const { analytics } = await readerAfterOne();
    expect(await analytics.metrics()).toEqual({
      activeTasksCount: 0,
      totalNamespacesCount: expect.any(Number),
      uniqueTaskTypesCount: expect.any(Number),
      systemHealthScore: 1,
      taskThroughput: 1,
      completionCount: 1,
      errorCount: 0,
      completionRate: 100,
      errorRate: 0,
      avgTaskDuration: expect.any(Number),
      avgStepDuration: expect.any(Number),
      stepThroughput: 1,
      analysisPeriodStart: ISO,
      calculatedAt: ISO,
    });
    const since = new Date(Date.now() + 60_000);
    expect(await analytics.metrics({ since })).toMatchObject({
      taskThroughput: 0,
      completionCount: 0,
      analysisPeriodStart: since.toISOString(),
    });
  });

  it('tells what was slowest', async () => {
    const template = aTemplate();
    const { analytics, taskId } = await readerAfterOne(template);
    const { namespace, name, version } = template.request;
    const ours = { taskId, taskName: name, namespaceName: namespace, version, createdAt: ISO, completedAt: ISO };
    expect(await analytics.slowestTasks()).toEqual([
      {
        ...ours,
        durationSeconds: expect.any(Number),
        stepCount: 1,
        completedSteps: 1,
        errorSteps: 0,
        initiator: 'unknown',
        sourceSystem: 'unknown',
      },
    ]);
    expect(await analytics.slowestSteps()).toEqual([
      {
        ...ours,
        workflowStepId: expect.stringMatching(/^\d+$/),
        stepName: 'only',
        durationSeconds: expect.any(Number),
        attempts: 1,
        retryable: true,
        stepStatus: 'complete',
      },
    ]);
  });

  it('passes on each filter, the limit and the instant', async () => {
    const template = aTemplate();
    const { analytics } = await readerAfterOne(template);
    const exact = { since: new Date(Date.now() - 60_000), limit: 1_000, ...template.request };
    const other: readonly SlownessRequest[] = [
      { ...exact, since: new Date(Date.now() + 60_000) },
      { ...exact, namespace: 'other' },
      { ...exact, name: 'other' },
      { ...exact, version: '9.9.9' },
    ];
    for (const ask of [analytics.slowestTasks.bind(analytics), analytics.slowestSteps.bind(analytics)]) {
      expect(await ask(exact)).toHaveLength(1);
      for (const request of other) expect(await ask(request)).toEqual([]);
    }
  });

  it('refuses what it cannot answer, with everything that is wrong', async () => {
    const { analytics } = await readerAfterOne();
    const wrong = { since: 'yesterday', limit: 0, namespace: 1 } as unknown as SlownessRequest;
    for (const refused of [analytics.slowestTasks(wrong), analytics.slowestSteps(wrong)]) {
      await expect(refused).rejects.toMatchObject({
        code: 'TASKER_INVALID_ANALYTICS_REQUEST',
        httpStatus: 400,
        problems: [{ pointer: '/since' }, { pointer: '/limit' }, { pointer: '/namespace' }],
      });
    }
    await expect(analytics.metrics({ since: new Date('never') })).rejects.toThrow(InvalidAnalyticsRequestError);
  });

  it.each([0, -1, 1.5, 1_001, Number.NaN, '10'])('refuses the limit %p', async (limit) => {
    const { analytics } = await readerAfterOne();
    const request = { limit } as SlownessRequest;
    await expect(analytics.slowestTasks(request)).rejects.toThrow('/limit must be a whole number from 1 to 1000');
  });
});
