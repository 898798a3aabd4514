import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  AnalyticsReader,
  AnnotationTypeReader,
  PerformanceReader,
  RecordService,
  SystemStatusReader,
  WorkerReader,
  type AnalyticsMetrics,
  type SystemHealth,
  type TaskScope,
} from 'nestjs-tasker';
import { InvalidScopeError } from '../../../lib/workflow/task.scope.check.js';
import { amount } from '../../support/amount.js';
import { useLab } from '../../support/lab.js';
import {
  aScope,
  expectSame,
  idsOf,
  ran,
  SCOPED_HOST,
  someTasks,
  TEMPLATES,
  type Course,
  type KnownTask,
} from '../../support/scopes.js';

const lab = useLab();
const host = lab.share(SCOPED_HOST);

const [EAST, , WEST] = TEMPLATES;
const ONE_NAMESPACE: TaskScope = { namespaces: ['east'] };

/** Each time without the tasks of the time before. */
function always(check: (tasks: readonly KnownTask[], scope: TaskScope) => Promise<void>): Promise<void> {
  return fc.assert(
    fc.asyncProperty(someTasks, aScope, async (plans, known) => {
      await lab.query('delete from __schema__.tasks');
      await check((await ran(host(), plans, known)).inside, known.scope);
    }),
    { numRuns: amount({ short: 10, full: 100 }), endOnFailure: true },
  );
}

const count = (tasks: readonly KnownTask[], ...courses: readonly Course[]): number =>
  tasks.filter(({ course }) => courses.includes(course)).length;

const withoutConnections = ({ activeConnections: _a, maxConnections: _m, ...counts }: SystemHealth) => counts;
const withoutInstants = ({ analysisPeriodStart: _s, calculatedAt: _c, ...figures }: AnalyticsMetrics) => figures;

describe('with any scope', () => {
  it('the health counts are those of the tasks in it', async () => {
    await always(async (inside, scope) => {
      const total = inside.length;
      const [completes, fails, retries, waits] = (['completes', 'fails', 'retries', 'waits'] as const).map((course) =>
        count(inside, course),
      );
      expect(withoutConnections(await host().get(AnalyticsReader).systemHealth(scope))).toEqual({
        totalTasks: total,
        pendingTasks: waits,
        inProgressTasks: retries,
        completeTasks: completes,
        errorTasks: fails,
        cancelledTasks: 0,
        resolvedManuallyTasks: 0,
        totalSteps: total,
        pendingSteps: waits,
        inProgressSteps: 0,
        completeSteps: completes,
        errorSteps: fails! + retries!,
        cancelledSteps: 0,
        resolvedManuallySteps: 0,
        skippedSteps: 0,
        retryableErrorSteps: retries,
        exhaustedRetrySteps: fails,
        inBackoffSteps: retries,
      });
      const { taskErrorRate } = await host().get(SystemStatusReader).status(scope);
      expect(taskErrorRate).toBe(total === 0 ? 0 : Math.round((fails! / total) * 1_000) / 10);
    });
  });

  it('the figures of a period are those of the tasks in it', async () => {
    await always(async (inside, scope) => {
      const { lastHour } = await host().get(PerformanceReader).performance(scope);
      expect(lastHour).toMatchObject({
        activeTasksCount: count(inside, 'retries'),
        taskThroughput: inside.length,
        completionCount: count(inside, 'completes'),
        errorCount: count(inside, 'fails'),
        stepThroughput: count(inside, 'completes'),
      });
    });
  });

  it('what is slowest is in it', async () => {
    await always(async (inside, scope) => {
      const found = await host().get(PerformanceReader).bottlenecks({ limit: 100 }, scope);
      const ended = (...courses: readonly Course[]) => idsOf(inside.filter(({ course }) => courses.includes(course)));
      expectSame(
        found.slowestTasks.map(({ taskId }) => taskId),
        ended('completes', 'fails', 'retries'),
      );
      expectSame(
        found.slowestSteps.map(({ taskId }) => taskId),
        ended('completes'),
      );
      const [narrow] = await Promise.all([
        host().get(PerformanceReader).bottlenecks({ namespace: 'east', limit: 1 }, scope),
      ]);
      expect(narrow.slowestTasks).toHaveLength(
        Math.min(
          1,
          count(
            inside.filter(({ namespace }) => namespace === 'east'),
            'completes',
            'fails',
            'retries',
          ),
        ),
      );
    });
  });

  it('queues count the steps of tasks in it', async () => {
    await always(async (inside, scope) => {
      const queues = await host().get(WorkerReader).queues(scope);
      for (const { namespace, scheduledSteps, retryingSteps } of queues) {
        const here = inside.filter((task) => task.namespace === namespace);
        expect({ scheduledSteps, retryingSteps }).toEqual({
          scheduledSteps: count(here, 'waits'),
          retryingSteps: count(here, 'retries'),
        });
      }
      const shown = new Set(queues.map(({ namespace }) => namespace));
      for (const { namespace } of inside) expect(shown).toContain(namespace);
    });
  });
});

describe('a scope that has every task', () => {
  it('leads to the same figures as none', async () => {
    await always(async () => {
      const analytics = host().get(AnalyticsReader);
      const since = new Date(0);
      expect(withoutConnections(await analytics.systemHealth({}))).toEqual(
        withoutConnections(await analytics.systemHealth()),
      );
      // Not `{}`: its totals are the kept ones, too.
      expect(withoutConnections(await analytics.systemHealth({ createdAfter: since }))).toEqual(
        withoutConnections(await analytics.systemHealth()),
      );
      expect(withoutInstants(await analytics.metrics({ since }, {}))).toEqual(
        withoutInstants(await analytics.metrics({ since })),
      );
      const ended = (tasks: readonly { readonly completedAt: string | null }[]) =>
        tasks.filter(({ completedAt }) => completedAt !== null); // the others take longer each time
      expect(ended(await analytics.slowestTasks({ since, limit: 100 }, {}))).toEqual(
        ended(await analytics.slowestTasks({ since, limit: 100 })),
      );
      expect(await analytics.slowestSteps({ since, limit: 100 }, {})).toEqual(
        await analytics.slowestSteps({ since, limit: 100 }),
      );
      expect(await host().get(WorkerReader).queues({})).toEqual(await host().get(WorkerReader).queues());
    });
  });
});

describe('a scope of some templates', () => {
  it('has their namespaces and names only', async () => {
    const metrics = (scope: TaskScope | null) => host().get(AnalyticsReader).metrics({}, scope);
    expect(await metrics(ONE_NAMESPACE)).toMatchObject({ totalNamespacesCount: 1, uniqueTaskTypesCount: 1 });
    expect(await metrics({ namespaces: ['west'] })).toMatchObject({ totalNamespacesCount: 1, uniqueTaskTypesCount: 2 });
    expect(await metrics({ namespaces: [] })).toMatchObject({ totalNamespacesCount: 0, uniqueTaskTypesCount: 0 });
    const all = await metrics(null);
    expect(await metrics({ tags: ['red'] })).toMatchObject({ totalNamespacesCount: all.totalNamespacesCount });
  });

  it('has their queues only', async () => {
    const queues = await host().get(WorkerReader).queues(ONE_NAMESPACE);
    expect(queues.map(({ namespace }) => namespace)).toEqual(['east']);
    expect(await host().get(WorkerReader).queues({ templates: [] })).toEqual([]);
  });
});

describe('a worker', () => {
  it('is shown with the steps in scope that it runs', async () => {
    await host().tasks.startMany([EAST!.request, WEST!.request, WEST!.request]);
    const [worker] = await lab.query<{ id: string }>(
      `select __schema__.register_worker('busy', 'here', 1, '1.0.0', null, 10, 60, '{}', '{}')::text as id`,
    );
    await lab.query('update __schema__.ready_steps set worker_id = $1', worker!.id);
    const running = async (scope: TaskScope | null) =>
      (await host().get(WorkerReader).workers(scope)).find(({ name }) => name === 'busy')!.runningSteps;
    expect([await running(null), await running(ONE_NAMESPACE), await running({ namespaces: [] })]).toEqual([3, 1, 0]);
  });
});

describe('a type of annotations', () => {
  it('is known if a task in scope has one', async () => {
    const [east, west] = await host().tasks.startMany([EAST!.request, WEST!.request]);
    await host().get(RecordService).annotate(east!.id, 'of_both', {});
    await host().get(RecordService).annotate(west!.id, 'of_both', {});
    await host().get(RecordService).annotate(west!.id, 'of_the_west', {});
    const types = async (scope: TaskScope) =>
      (await host().get(AnnotationTypeReader).list(scope)).map(({ name }) => name);
    expect(await types(ONE_NAMESPACE)).toEqual(['of_both']);
    expect(await types({ namespaces: ['west'] })).toEqual(['of_both', 'of_the_west']);
  });
});

describe('a scope that is wrong', () => {
  it('leads to no figures', async () => {
    const wrong = { namespaces: 'east' } as unknown as TaskScope;
    const analytics = host().get(AnalyticsReader);
    const workers = host().get(WorkerReader);
    for (const asked of [
      analytics.systemHealth(wrong),
      analytics.metrics({}, wrong),
      analytics.slowestTasks({}, wrong),
      analytics.slowestSteps({}, wrong),
      workers.workers(wrong),
      workers.queues(wrong),
      host().get(AnnotationTypeReader).list(wrong),
    ]) {
      await expect(asked).rejects.toThrow(InvalidScopeError);
    }
  });
});
