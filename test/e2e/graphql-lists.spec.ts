import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { startGraphqlHost, startOwnGraphqlHost, type GraphqlHost } from '../support/graphql.host.js';
import { statementsOf } from '../support/statements.js';

const PAGE = `query ($first: Int, $after: String, $last: Int, $before: String, $sort: TaskSort, $filter: TaskFilterInput) {
  tasks(first: $first, after: $after, last: $last, before: $before, sort: $sort, filter: $filter) {
    edges { cursor node { id } } nodes { id }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

describe('a list of tasks over GraphQL', () => {
  let host: GraphqlHost;
  /** From the first to the last one started. */
  let ids: string[];
  beforeAll(async () => {
    host = await startGraphqlHost();
    ids = [];
    for (let order = 1; order <= 5; order += 1) {
      ids.push(
        await host.deliver(order, { tags: ['all', order % 2 === 0 ? 'even' : 'odd'], initiator: `ann ${order}` }),
      );
    }
    await host.mutate('annotateTask', { taskId: ids[3]!, type: 'note', annotation: { colour: 'red' } }, 'taskId');
  });
  afterAll(() => host.close());

  const page = async (asked: object): Promise<any> => (await host.read(PAGE, asked)).tasks;
  const idsOf = async (asked: object): Promise<string[]> => (await page(asked)).nodes.map(({ id }: any) => id);

  it('comes in pages, forwards', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    for (let number = 0; number < 3; number += 1) {
      const { nodes, edges, pageInfo }: any = await page({ first: 2, after, sort: 'createdAt' });
      expect(edges.map(({ node }: any) => node)).toEqual(nodes);
      expect(pageInfo).toEqual({
        hasNextPage: number < 2,
        hasPreviousPage: number > 0,
        startCursor: edges[0].cursor,
        endCursor: edges.at(-1).cursor,
      });
      seen.push(...nodes.map(({ id }: any) => id));
      after = pageInfo.endCursor;
    }
    expect(seen).toEqual(ids);
  });

  it('comes in pages, backwards', async () => {
    const end = await page({ last: 2, sort: 'createdAt' });
    expect(end.nodes.map(({ id }: any) => id)).toEqual(ids.slice(3));
    expect(end.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const middle = await page({ last: 2, before: end.pageInfo.startCursor, sort: 'createdAt' });
    expect(middle.nodes.map(({ id }: any) => id)).toEqual(ids.slice(1, 3));
    expect(middle.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
    const start = await page({ last: 2, before: middle.pageInfo.startCursor, sort: 'createdAt' });
    expect(start.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  });

  it('has the latest first, unless sorted otherwise', async () => {
    expect(await idsOf({})).toEqual(ids.toReversed());
    for (const sort of ['requestedAt', 'updatedAt', 'completedAt', 'createdAt']) {
      expect((await idsOf({ sort, filter: { tags: ['all'] } })).toSorted()).toEqual(ids.toSorted());
    }
    expect(await idsOf({ sort: 'createdAtDesc', first: 1 })).toEqual([ids[4]]);
  });

  it('of nothing is empty', async () => {
    expect(await page({ filter: { ids: [] } })).toEqual({
      edges: [],
      nodes: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
  });

  it.each<[string, () => object, readonly number[]]>([
    ['ids', () => ({ ids: [ids[1], ids[2]] }), [1, 2]],
    [
      'namespace, name and version',
      () => ({ namespace: 'warehouse', name: 'delivery', version: '1.2.0' }),
      [0, 1, 2, 3, 4],
    ],
    ['another version', () => ({ version: '9.9.9' }), []],
    ['states', () => ({ states: ['pending', 'error'] }), [0, 1, 2, 3, 4]],
    ['tags', () => ({ tags: ['all', 'even'] }), [1, 3]],
    ['any tags', () => ({ anyTags: ['even', 'nothing'] }), [1, 3]],
    ['initiator', () => ({ initiator: 'ann 3' }), [2]],
    ['source system', () => ({ sourceSystem: 'elsewhere' }), []],
    ['identity', () => ({ identityHash: 'x' }), []],
    ['annotation', () => ({ annotation: { type: 'note', key: 'colour', value: 'red' } }), [3]],
    ['context', () => ({ contextPath: '$ ? (@.order_id > 3)' }), [3, 4]],
    ['text', () => ({ text: 'ANN 5' }), [4]],
    ['instants', () => ({ createdAfter: '2020-01-01T00:00:00Z', createdBefore: '2020-01-02T00:00:00Z' }), []],
    [
      'changes',
      () => ({ updatedAfter: '2020-01-01T00:00:00Z', updatedBefore: '9999-01-01T00:00:00Z' }),
      [0, 1, 2, 3, 4],
    ],
    [
      'nothing, as null',
      () => ({ ids: null, states: null, tags: null, annotation: null, text: null }),
      [0, 1, 2, 3, 4],
    ],
  ])('is filtered by %s', async (_, filter, found) => {
    expect(await idsOf({ filter: filter(), sort: 'createdAt' })).toEqual(found.map((index) => ids[index]));
  });

  it.each<[object, string]>([
    [{ first: 0 }, '/first'],
    [{ first: 101 }, '/first'],
    [{ first: -1 }, '/first'],
    [{ last: 101 }, '/last'],
    [{ first: 1, last: 1 }, '/last'],
    [{ last: 1, after: 'x' }, '/last'],
    [{ first: 1, before: 'x' }, '/first'],
    [{ after: 'x' }, '/after'],
    [{ after: 'x', before: 'y' }, '/before'],
    [{ filter: { ids: ['x'] } }, '/filter/ids'],
    [{ filter: { annotation: { value: 'x' } } }, '/filter/annotation'],
    [{ filter: { createdAfter: '2020-01-01T00:00:00' } }, '/filter/createdAfter'],
  ])('is refused when asked %j', async (asked, pointer) => {
    const { errors } = await host.ask(PAGE, asked);
    expect(errors![0]!.extensions.code).toBe('TASKER_INVALID_LIST_REQUEST');
    expect(errors![0]!.extensions.problems).toContainEqual({ pointer, message: expect.stringMatching(/./) });
  });
});

const EVERYTHING = `query ($first: Int!) { tasks(first: $first) { nodes {
  id context summary { totalSteps }
  steps { name parents { name children { name } } siblings { id } childStepIds task { id revision } }
  annotations { type annotation } transitions { to } analysis { doneSteps } graph { roots } template { version }
} } }`;

/** With the same tasks for both drivers. */
let full: TestDatabase | undefined;
afterAll(() => full?.drop());

describe.each(['apollo', 'mercurius'] as const)('a list with all that belongs to the tasks, on %s', (driver) => {
  let host: GraphqlHost;
  beforeAll(async () => {
    const isFull = full !== undefined;
    full ??= await createTestDatabase();
    host = await startOwnGraphqlHost(driver, { maxCost: 1_000_000 }, { shared: full });
    if (!isFull) await Promise.all(Array.from({ length: 100 }, () => host.deliver(1)));
    await host.kit.runUntilIdle();
  }, 120_000);
  afterAll(() => host.close());

  it('takes the same few statements for 10 tasks and for 100', async () => {
    const of = async (first: number): Promise<readonly string[]> => {
      let nodes: any[] = [];
      const statements = await statementsOf(host.app, async () => {
        ({ nodes } = (await host.read(EVERYTHING, { first })).tasks);
      });
      expect(nodes).toHaveLength(first);
      expect(nodes[0].steps).toHaveLength(4);
      expect(nodes[0].steps[3]).toMatchObject({ name: 'ship', parents: [{}, {}], task: { id: nodes[0].id } });
      // Which templates workers offer is asked once a second at most, whatever is read.
      return statements.filter((statement) => !statement.includes('template_ids'));
    };
    const few = await of(10);
    const many = await of(100);
    // The list, then all parts of all its tasks at once.
    expect(many).toHaveLength(2);
    expect(few).toHaveLength(2);
  });
});
