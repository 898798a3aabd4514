import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { GraphQLModule } from '@nestjs/graphql';
import { TaskService } from 'nestjs-tasker';
import { limitRules, TaskerGraphqlModule } from 'nestjs-tasker/graphql';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { aTemplate } from '../support/factories.js';
import { startGraphqlHost, startOwnGraphqlHost, type GraphqlHost } from '../support/graphql.host.js';

/** `step { parents { parents { ... name } } }` with so many levels of fields. */
const nested = (depth: number): string =>
  `{ step(taskId: "1", step: "x") ${'{ parents '.repeat(depth - 2)}{ name }${' }'.repeat(depth - 2)} }`;

let shared: TestDatabase;
beforeAll(async () => {
  shared = await createTestDatabase();
});
afterAll(() => shared.drop());

const HOSTS: readonly (readonly [string, () => Promise<GraphqlHost>])[] = [
  ['in the API of the host', () => startGraphqlHost({ shared })],
  ['at a path of its own, on Apollo', () => startOwnGraphqlHost('apollo', {}, { shared })],
  ['at a path of its own, on Mercurius', () => startOwnGraphqlHost('mercurius', {}, { shared })],
];

describe.each(HOSTS)('the limits of an operation %s', (_, start) => {
  let host: GraphqlHost;
  beforeAll(async () => {
    host = await start();
  });
  afterAll(() => host.close());

  const refusalOf = async (query: string, variables: object = {}): Promise<string | undefined> =>
    (await host.ask(query, variables)).errors?.[0]!.message;

  it('refuse more than ten levels of fields', async () => {
    expect(await refusalOf(nested(5))).toBeUndefined();
    expect(await refusalOf(nested(11))).toContain('depth of 11, and at most 10 is allowed (maxDepth)');
  });

  it('see through fragments', async () => {
    const fragments = `query { step(taskId: "1", step: "x") { ...A } }
      fragment A on WorkflowStep { parents { parents { parents { ... { ...B } } } } }
      fragment B on WorkflowStep { parents { parents { parents { parents { parents { parents { name } } } } } } }`;
    expect(await refusalOf(fragments)).toContain('depth of 11');
  });

  it('count the size of pages, as written and in variables', async () => {
    const query = (first: string): string =>
      `{ tasks(first: ${first}) { nodes { steps { parents { parents { name } } } } } }`;
    expect(await refusalOf(query('4'))).toBeUndefined();
    expect(await refusalOf(query('100'))).toMatch(/cost of \d+, and at most 50000 is allowed \(maxCost\)/);
    const inVariable = `query ($n: Int = 4) ${query('$n')}`;
    expect(await refusalOf(inVariable)).toBeUndefined();
    expect(await refusalOf(inVariable, { n: 3 })).toBeUndefined();
    expect(await refusalOf(inVariable, { n: 100 })).toContain('(maxCost)');
  });

  it('let through a page of a hundred tasks with their steps', async () => {
    const query = `{ tasks(first: 100) { nodes {
      id namespace name version state tags createdAt updatedAt summary { executionStatus completionPercentage }
      steps { id name state attempts error { message } nextRetryAt parentCount } annotations { type annotation }
    } } }`;
    expect(await refusalOf(query)).toBeUndefined();
  });

  it('count aliases, and many mutations at once', async () => {
    const queries = (count: number): string =>
      `{ ${Array.from({ length: count }, (__, index) => `a${index}: task(id: "1") { id }`).join(' ')} }`;
    expect(await refusalOf(queries(90))).toBeUndefined();
    expect(await refusalOf(queries(101))).toContain('(maxCost)');
    const mutations = (count: number): string =>
      `mutation { ${Array.from({ length: count }, (__, index) => `a${index}: holdTask(input: { taskId: "1" }) { changed }`).join(' ')} }`;
    expect(await refusalOf(mutations(20))).toBeUndefined();
    expect(await refusalOf(mutations(101))).toContain('(maxCost)');
  });

  it('count the tasks that bulk actions are about, as written and in variables', async () => {
    const holds = (filter: string): string =>
      `{ a: holdTasks(input: ${filter}) { more } b: holdTasks(input: ${filter}) { more } c: holdTasks(input: ${filter}) { more } }`;
    const nobody = '{ filter: { initiator: "nobody"';
    expect(await refusalOf(`mutation ${holds(`${nobody}, limit: 100 } }`)}`)).toBeUndefined();
    expect(await refusalOf(`mutation ${holds(`${nobody} } }`)}`)).toContain('(maxCost)');
    const inVariable = `mutation ($input: HoldTasksInput!) ${holds('$input')}`;
    expect(await refusalOf(inVariable, { input: { filter: { initiator: 'nobody', limit: 100 } } })).toBeUndefined();
    expect(await refusalOf(inVariable, { input: { filter: { initiator: 'nobody' } } })).toContain('(maxCost)');
  });

  it('count each part of the analytics, which asks the database by itself', async () => {
    const parts = (count: number, part: string): string =>
      `{ analytics { ${Array.from({ length: count }, (__, index) => `a${index}: ${part} { __typename }`).join(' ')} } }`;
    for (const part of ['performance', 'bottlenecks(period: 720)']) {
      expect(await refusalOf(parts(5, part))).toBeUndefined();
      expect(await refusalOf(parts(101, part))).toContain('(maxCost)');
    }
  });

  it('carry out nothing of what they refuse', async () => {
    const id = await host.deliver(1);
    const many = Array.from(
      { length: 101 },
      (__, index) => `a${index}: cancelTask(input: { taskId: "${id}" }) { changed }`,
    );
    expect(await refusalOf(`mutation { ${many.join(' ')} }`)).toContain('(maxCost)');
    expect((await host.read(`{ task(id: "${id}") { state } }`)).task.state).toBe('pending');
  });

  it('hold out against fragments that hold themselves, and each other many times', async () => {
    const bomb = Array.from(
      { length: 40 },
      (__, index) => `fragment F${index} on Task { ...F${index + 1} ...F${index + 1} }`,
    );
    const answer = await host.ask(`{ task(id: "1") { ...F0 } } ${bomb.join(' ')} fragment F40 on Task { id }`);
    expect(answer.errors?.[0]!.message).toContain('(maxCost)');
    const cycle = await host.ask('{ task(id: "1") { ...F } } fragment F on Task { steps { task { ...F } } }');
    expect(cycle.errors![0]!.message).toMatch(/spread|itself|maxDepth/i);
  });

  it('count what hides behind fragments, or refuse it', async () => {
    const hidden = `{ ${'... { '.repeat(210)} tasks(first: 100) { nodes { id } } ${'} '.repeat(210)} }`;
    expect(await refusalOf(hidden)).toMatch(/is allowed \(max(Cost|Depth)\)/);
  });

  it('leave the introspection of the schema alone', async () => {
    const deep = `{ __schema { types { fields { type { ofType { ofType { ofType { ofType { ofType { ofType { ofType {
      ofType { name } } } } } } } } } } } } }`;
    expect(await refusalOf(deep)).toBeUndefined();
  });
});

describe('limits of the host', () => {
  it('hold at a path of our own', async () => {
    const host = await startOwnGraphqlHost('apollo', { maxDepth: 2, maxCost: 600 }, { shared });
    try {
      const refused = await host.raw({ query: nested(3) });
      expect(refused.status).toBe(400);
      expect(refused.body.errors[0]).toMatchObject({
        message: expect.stringContaining('depth of 3, and at most 2 is allowed'),
        extensions: { limit: 'maxDepth', asked: 3, allowed: 2 },
      });
      expect((await host.raw({ query: '{ task(id: "1") { id } }' })).status).toBe(200);
      expect((await host.raw({ query: '{ tasks(first: 100) { nodes { id } } }' })).status).toBe(400);
    } finally {
      await host.close();
    }
  });

  it('hold in its own API, where its rules refuse before anything is carried out', async () => {
    const limits = { maxDepth: 2 };
    const validationRules = limitRules(limits);
    const host = await startGraphqlHost({
      shared,
      imports: [
        GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true, validationRules }),
        TaskerGraphqlModule.withLimits({ maxCost: 505 }),
      ],
    });
    try {
      expect((await host.raw({ query: nested(3) })).status).toBe(400);
      const { errors } = await host.ask('{ tasks(first: 30) { nodes { __typename } } task(id: "1") { id } }');
      const refused = errors!.map(({ path, extensions }) => [path!.join(), extensions.code]);
      expect(refused.toSorted()).toEqual([
        ['task', 'TASKER_QUERY_LIMIT'],
        ['tasks', 'TASKER_QUERY_LIMIT'],
      ]);
    } finally {
      await host.close();
    }
  });
});

describe('a task of many steps beside each other', () => {
  it('is not multiplied by itself', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `step_${index}`);
    const steps = [{ name: 'first', dependsOn: [] }, ...names.map((name) => ({ name, dependsOn: ['first'] }))];
    const wide = aTemplate(steps, {
      steps: Object.fromEntries(steps.map(({ name }) => [name, { handler: 'warehouse.echo' }])),
    });
    const host = await startGraphqlHost({
      shared,
      tasker: { templates: [wide] },
      imports: [
        GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true }),
        TaskerGraphqlModule.withLimits({ maxCost: 3_000 }),
      ],
    });
    try {
      const { id } = await host.app.get(TaskService).start(wide.request);
      const near = await host.read('query ($id: ID!) { task(id: $id) { steps { siblings { name } } } }', { id });
      expect(near.task.steps[1].siblings).toHaveLength(19);
      const far = 'query ($id: ID!) { task(id: $id) { steps { siblings { siblings { name } } } } }';
      const { data, errors } = await host.ask(far, { id });
      expect(data.task).toEqual({ steps: null });
      expect(errors![0]!.extensions).toMatchObject({ code: 'TASKER_QUERY_LIMIT' });
    } finally {
      await host.close();
    }
  });
});
