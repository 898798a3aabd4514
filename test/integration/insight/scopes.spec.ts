import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import {
  DeadLetterReader,
  StepReader,
  TaskReader,
  UnknownStepError,
  UnknownTaskError,
  type TaskListRequest,
  type TaskScope,
} from 'nestjs-tasker';
import { InvalidScopeError } from '../../../lib/workflow/task.scope.check.js';
import { Database } from '../../../lib/persistence/database.js';
import { cursorOf } from '../../../lib/insight/task.cursor.js';
import { amount } from '../../support/amount.js';
import { useLab } from '../../support/lab.js';
import { BY } from '../../support/operations.js';
import {
  aScope,
  expectSame,
  idsOf,
  ran,
  SCOPED_HOST,
  someTasks,
  TEMPLATES,
  type KnownTask,
} from '../../support/scopes.js';

const lab = useLab();
const host = lab.share(SCOPED_HOST);

const [EAST, , WEST] = TEMPLATES;
const ONE_NAMESPACE: TaskScope = { namespaces: ['east'] };

/** Each time without the tasks of the time before. */
function always(check: (tasks: Awaited<ReturnType<typeof ran>>, scope: TaskScope) => Promise<void>): Promise<void> {
  return fc.assert(
    fc.asyncProperty(someTasks, aScope, async (plans, known) => {
      await lab.query('delete from __schema__.tasks');
      await check(await ran(host(), plans, known), known.scope);
    }),
    { numRuns: amount({ short: 10, full: 100 }), endOnFailure: true },
  );
}

/** All pages of a list, in order. */
async function pagesOf(request: TaskListRequest, scope: TaskScope) {
  const reader = host().get(TaskReader);
  const way = request.fromEnd ? 'before' : 'after';
  const pages = [await reader.list(request, scope)];
  const { fromEnd: _, ...further } = request;
  for (let page = pages[0]!; way === 'after' ? page.hasNext : page.hasPrevious; pages.push(page)) {
    const cursor = (way === 'after' ? page.items.at(-1) : page.items[0])!.cursor;
    page = await reader.list({ ...further, [way]: cursor }, scope);
  }
  return pages;
}

const failedOf = (tasks: readonly KnownTask[]) => idsOf(tasks.filter(({ course }) => course === 'fails'));

describe('with any scope', () => {
  it('lists have the tasks in it and no others, whatever their order, and no page is empty', async () => {
    await always(async ({ inside }, scope) => {
      for (const sort of ['createdAt', '-createdAt', '-updatedAt', 'completedAt'] as const) {
        for (const fromEnd of [false, true]) {
          const pages = await pagesOf({ sort, limit: 3, fromEnd }, scope);
          expectSame(idsOf(pages.flatMap(({ items }) => items.map(({ task }) => task))), idsOf(inside));
          expect(pages).toHaveLength(Math.max(1, Math.ceil(inside.length / 3)));
        }
      }
    });
  });

  it('what a filter finds is in it', async () => {
    await always(async ({ inside }, scope) => {
      const reader = host().get(TaskReader);
      const found = async (filter: TaskListRequest['filter']) =>
        idsOf((await reader.list({ filter: filter!, limit: 100 }, scope)).items.map(({ task }) => task));
      expectSame(await found({ namespace: 'west' }), idsOf(inside.filter(({ namespace }) => namespace === 'west')));
      expectSame(await found({ name: 'order' }), idsOf(inside.filter(({ name }) => name === 'order')));
      expectSame(await found({ tags: ['red'] }), idsOf(inside.filter(({ tags }) => tags.includes('red'))));
      expectSame(await found({ text: 'refund' }), idsOf(inside.filter(({ name }) => name === 'refund')));
    });
  });

  it('single tasks and steps are those in it', async () => {
    await always(async ({ inside, outside }, scope) => {
      const tasks = host().get(TaskReader);
      const steps = host().get(StepReader);
      const all = idsOf([...inside, ...outside]);
      expectSame((await tasks.findMany(all, ['steps', 'context'], null, scope)).keys(), idsOf(inside));
      for (const { id } of outside.slice(0, 2)) {
        const [step] = await steps.list(id);
        await expect(tasks.get(id, [], scope)).rejects.toThrow(UnknownTaskError);
        await expect(steps.list(id, scope)).rejects.toThrow(UnknownTaskError);
        await expect(steps.get(id, 'only', scope)).rejects.toThrow(UnknownTaskError);
        await expect(steps.getById(step!.id, scope)).rejects.toThrow(
          new UnknownStepError(`There is no step ${step!.id}.`),
        );
      }
      for (const { id } of inside.slice(0, 1)) {
        const [step] = await steps.list(id, scope);
        expect(await steps.getById(step!.id, scope)).toMatchObject({ taskId: id });
      }
    });
  });

  it('dead letters are those in it', async () => {
    await always(async ({ inside }, scope) => {
      const { items } = await host().get(DeadLetterReader).list({ limit: 100 }, scope);
      expectSame(idsOf(items.map(({ letter }) => letter.task)), failedOf(inside));
    });
  });

  it('an action on many tasks changes none outside of it', async () => {
    await always(async ({ inside, outside }, scope) => {
      const ids = idsOf([...inside, ...outside]);
      const { items, more } = await host().tasks.bulk('hold', { ids, limit: ids.length }, BY, scope);
      expectSame(
        items.map(({ taskId }) => taskId),
        idsOf(inside),
      );
      expect(more).toBe(false);
      const found = await host().get(TaskReader).findMany(ids, []);
      for (const { id } of outside) expect(found.get(id)!.heldAt).toBeNull();
    });
  });
});

describe('the task that a task repeats', () => {
  it('is not named if it is out of scope', async () => {
    const { tasks, kit } = host();
    const { id } = await tasks.start({ ...EAST!.request, tags: ['red'] });
    await kit.runUntilIdle();
    const again = await tasks.rerun(id, BY);
    await tasks.change(id, { tags: [] }, BY);
    const reader = host().get(TaskReader);
    const originOf = async (scope: TaskScope) => (await reader.get(again.id, [], scope)).rerunOf;
    expect(await originOf({ tags: ['red'] })).toBeNull();
    expect(await originOf(ONE_NAMESPACE)).toBe(id);
    const { items } = await reader.list({}, { tags: ['red'] });
    expect(items).toMatchObject([{ task: { id: again.id, rerunOf: null } }]);
  });
});

describe('a list by one namespace', () => {
  it('goes by the index of the templates, and looks at no other task', async () => {
    const west = await host().tasks.startMany(Array.from({ length: 4_000 }, () => WEST!.request));
    const { id } = await host().tasks.start(EAST!.request);
    await lab.query('analyze __schema__.tasks');
    expect(await lookedAtBy({}, ONE_NAMESPACE, [id])).toBe(1);
    const after = cursorOf('createdAt', { id: west[2_000]!.id, key: null });
    const next = idsOf(west.slice(1_997, 2_000)).toReversed();
    expect(await lookedAtBy({ after, limit: 3 }, { namespaces: ['west'] }, next)).toBe(4); // one to know that there are more
  });

  /** How many rows of tasks the statement of a list looks at, which finds these. */
  async function lookedAtBy(request: TaskListRequest, scope: TaskScope, ids: readonly string[]): Promise<number> {
    const asked = jest.spyOn(host().get(Database), 'query').mockClear();
    const { items } = await host().get(TaskReader).list(request, scope);
    expect(idsOf(items.map(({ task }) => task))).toEqual(ids);
    const [sql, parameters] = asked.mock.calls[0]!;
    const [row] = await lab.query<{ 'QUERY PLAN': readonly [{ readonly Plan: Plan }] }>(
      `explain (analyze, format json) ${sql}`,
      ...parameters,
    );
    return lookedAt(row!['QUERY PLAN'][0].Plan);
  }
});

interface Plan {
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

/** Rows of tasks that a statement looks at. */
function lookedAt({ Plans = [], ...plan }: Plan): number {
  const own = (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops'];
  return (
    (plan['Relation Name'] === 'tasks' ? Math.round(own) : 0) + Plans.reduce((sum, each) => sum + lookedAt(each), 0)
  );
}

describe('a scope that is wrong', () => {
  it.each([
    ['a namespace that is no list', { namespaces: 'east' }],
    ['an unknown field', { tenant: 'east' }],
    ['a value that is missing', { namespaces: undefined }],
    ['a list', []],
    ['no tag at all', { tags: [] }],
    ['a path that is none', { contextPath: '$$' }],
  ])('shows nothing: %s', async (_, wrong) => {
    await host().tasks.start(EAST!.request);
    await expect(
      host()
        .get(TaskReader)
        .list({}, wrong as TaskScope),
    ).rejects.toThrow(InvalidScopeError);
  });

  it('finds no task, and changes none', async () => {
    const { id } = await host().tasks.start(EAST!.request);
    const wrong = { initiator: undefined } as unknown as TaskScope;
    await expect(host().get(TaskReader).find(id, [], wrong)).rejects.toThrow(InvalidScopeError);
    await expect(host().tasks.bulk('cancel', { ids: [id] }, BY, wrong)).rejects.toThrow(InvalidScopeError);
  });
});
