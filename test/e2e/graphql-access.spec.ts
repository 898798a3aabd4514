import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PERMISSIONS, TASKER_AUTHENTICATOR, TASKER_AUTHORIZATION_COORDINATOR, type Permission } from 'nestjs-tasker';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { startGraphqlHost, type GraphqlHost } from '../support/graphql.host.js';

const OF_TASK = 'input: { taskId: "1" }';
const OF_STEP = 'input: { taskId: "1", step: "bill" }';
const OF_MANY = 'input: { filter: { ids: ["1"] } }';

/** Every query and mutation, with the permission that it needs. */
const OPERATIONS: readonly (readonly [string, Permission])[] = [
  ['query { task(id: "1") { id } }', 'tasker.task:show'],
  ['query { tasks { nodes { id } } }', 'tasker.task:index'],
  ['query { step(taskId: "1", step: "bill") { id } }', 'tasker.workflow_step:show'],
  ['query { annotationTypes { id } }', 'tasker.task:index'],
  ['query { deadLetters { nodes { repairs } } }', 'tasker.task:index'],
  ['query { namespaces { name } }', 'tasker.handler:index'],
  ['query { templates(namespace: "warehouse") { name } }', 'tasker.handler:index'],
  ['query { template(namespace: "warehouse", name: "delivery") { name } }', 'tasker.handler:show'],
  ['query { workers { id } }', 'tasker.health_status:index'],
  ['query { queues { queue } }', 'tasker.health_status:index'],
  ['query { systemStatus { healthy } }', 'tasker.health_status:index'],
  ['query { health { ready } }', 'tasker.health_status:index'],
  ['query { analytics { performance { lastDay { errorRate } } } }', 'tasker.analytics:index'],
  ['mutation { startTask(input: { name: "x" }) { created } }', 'tasker.task:create'],
  ['mutation { startTasks(input: { tasks: [] }) { clientMutationId } }', 'tasker.task:create'],
  [`mutation { rerunTask(${OF_TASK}) { created } }`, 'tasker.task:create'],
  [`mutation { cancelTask(${OF_TASK}) { changed } }`, 'tasker.task:cancel'],
  [`mutation { retryTask(${OF_TASK}) { changed } }`, 'tasker.task:retry'],
  [`mutation { resetTask(${OF_TASK}) { changed } }`, 'tasker.task:retry'],
  [`mutation { resolveTask(${OF_TASK}) { changed } }`, 'tasker.task:update'],
  [`mutation { holdTask(${OF_TASK}) { changed } }`, 'tasker.task:update'],
  [`mutation { releaseTask(${OF_TASK}) { changed } }`, 'tasker.task:update'],
  [`mutation { changeTask(${OF_TASK}) { changed } }`, 'tasker.task:update'],
  ['mutation { annotateTask(input: { taskId: "1", type: "x" }) { taskId } }', 'tasker.task:update'],
  [`mutation { cancelTasks(${OF_MANY}) { more } }`, 'tasker.task:cancel'],
  [`mutation { retryTasks(${OF_MANY}) { more } }`, 'tasker.task:retry'],
  [`mutation { resetTasks(${OF_MANY}) { more } }`, 'tasker.task:retry'],
  [`mutation { resolveTasks(${OF_MANY}) { more } }`, 'tasker.task:update'],
  [`mutation { holdTasks(${OF_MANY}) { more } }`, 'tasker.task:update'],
  [`mutation { releaseTasks(${OF_MANY}) { more } }`, 'tasker.task:update'],
  [`mutation { cancelStep(${OF_STEP}) { changed } }`, 'tasker.workflow_step:cancel'],
  [`mutation { retryStep(${OF_STEP}) { changed } }`, 'tasker.workflow_step:retry'],
  [`mutation { resetStep(${OF_STEP}) { changed } }`, 'tasker.workflow_step:retry'],
  [`mutation { resolveStep(${OF_STEP}) { changed } }`, 'tasker.workflow_step:update'],
  [`mutation { skipStep(${OF_STEP}) { changed } }`, 'tasker.workflow_step:update'],
  [
    'mutation { changeRetryLimit(input: { taskId: "1", step: "bill", retryLimit: 3 }) { changed } }',
    'tasker.workflow_step:update',
  ],
];

describe('who may ask over GraphQL', () => {
  let host: GraphqlHost;
  let granted: readonly Permission[];
  let asked: [Permission, string | null][];
  beforeAll(async () => {
    const authenticate = ({ headers }: { headers: { user?: string } }) => headers.user && { id: headers.user };
    const may = (_: unknown, permission: Permission, { id }: { id: string | null }): boolean => {
      asked.push([permission, id]);
      return granted.includes(permission);
    };
    host = await startGraphqlHost({
      providers: [
        { provide: TASKER_AUTHENTICATOR, useValue: { authenticate } },
        { provide: TASKER_AUTHORIZATION_COORDINATOR, useValue: { may } },
      ],
    });
  });
  afterAll(() => host.close());
  beforeEach(() => {
    granted = PERMISSIONS;
    asked = [];
  });

  const codesOf = async (query: string, variables: object = {}, user?: string): Promise<unknown[]> => {
    const { errors = [] } = await host.ask(query, variables, user);
    return errors.map(({ extensions }) => extensions.code as unknown);
  };

  it('is asked of every query and mutation there is', () => {
    const { schema } = host.app.get(GraphQLSchemaHost);
    const fields = [schema.getQueryType()!, schema.getMutationType()!].flatMap((type) => Object.keys(type.getFields()));
    const tested = OPERATIONS.map(([operation]) => /\{ (\w+)/.exec(operation)![1]!);
    expect(tested.toSorted()).toEqual(fields.toSorted());
  });

  it.each(OPERATIONS)('%s needs %s, and a user', async (operation, permission) => {
    const names = [permission, permission.replace(':cancel', ':destroy')];
    granted = PERMISSIONS.filter((each) => !names.includes(each));
    expect(await codesOf(operation)).toEqual(['TASKER_FORBIDDEN']);
    const also: readonly (readonly [string, readonly Permission[]])[] = [
      ['rerunTask', ['tasker.task:show']],
      ['deadLetters', ['tasker.workflow_step:index', 'tasker.workflow_step:read_error']],
    ];
    granted = [permission, ...also.flatMap(([name, permissions]) => (operation.includes(name) ? permissions : []))];
    expect(await codesOf(operation)).toEqual([]);
    expect(await codesOf(operation, {}, '')).toEqual(['TASKER_UNAUTHENTICATED']);
  });

  it('is decided for the task or the step that is named', async () => {
    await host.ask('{ task(id: "17") { id } }');
    await host.ask(`mutation { cancelTask(${OF_TASK}) { changed } holdTasks(${OF_MANY}) { more } }`);
    await host.ask(`mutation { cancelStep(${OF_STEP}) { changed } }`);
    await host.ask('{ step(taskId: "1", step: "bill") { id } }');
    expect(asked).toEqual([
      ['tasker.task:show', '17'],
      ['tasker.task:cancel', '1'],
      ['tasker.task:update', null],
      ['tasker.workflow_step:cancel', null],
      ['tasker.workflow_step:show', null],
    ]);
  });

  it.each<[string, Permission, string]>([
    ['{ tasks { nodes { id steps { name } } } }', 'tasker.workflow_step:index', 'steps'],
    ['{ deadLetters { nodes { task { steps { name } } } } }', 'tasker.workflow_step:index', 'deadLetters'],
    ['{ tasks { nodes { id template { version } } } }', 'tasker.handler:show', 'template'],
    ['query ($id: ID!) { task(id: $id) { id steps { name } } }', 'tasker.workflow_step:index', 'steps'],
    [
      'query ($id: ID!) { step(taskId: $id, step: "bill") { parents { name } } }',
      'tasker.workflow_step:index',
      'parents',
    ],
    [
      'query ($id: ID!) { step(taskId: $id, step: "bill") { childStepIds } }',
      'tasker.workflow_step:index',
      'childStepIds',
    ],
    ['query ($id: ID!) { step(taskId: $id, step: "bill") { task { id } } }', 'tasker.task:show', 'task'],
    ['mutation ($id: ID!) { holdTask(input: { taskId: $id }) { task { id } } }', 'tasker.task:show', 'task'],
    [
      'mutation ($id: ID!) { cancelStep(input: { taskId: $id, step: "pack" }) { changed step { id } } }',
      'tasker.workflow_step:show',
      'step',
    ],
    [
      'mutation ($id: ID!) { annotateTask(input: { taskId: $id, type: "x" }) { annotation { id } } }',
      'tasker.task:show',
      'annotation',
    ],
  ])('is asked again where a field leads elsewhere: %s', async (query, permission, field) => {
    const id = await host.deliver(13);
    await host.kit.runUntilIdle();
    granted = PERMISSIONS.filter((each) => each !== permission);
    const { errors } = await host.ask(query, { id });
    expect(errors![0]).toMatchObject({
      path: expect.arrayContaining([field]),
      extensions: { code: 'TASKER_FORBIDDEN' },
    });
    granted = PERMISSIONS;
    expect(await codesOf(query, { id })).toEqual([]);
  });

  it('is asked once for a list and each field of a task, however many steps there are', async () => {
    const ids = [await host.deliver(1), await host.deliver(1)];
    await host.read(
      `{ tasks(filter: { ids: ["${ids.join('", "')}"] }) { nodes { steps { name parents { name } } } } }`,
    );
    expect(asked).toEqual([
      ['tasker.task:index', null],
      ...Array.from({ length: 4 }, () => ['tasker.workflow_step:index', null]), // `steps` and `parents` of two tasks
    ]);
  });

  it('is asked about each task and each step that fields lead to', async () => {
    const ids = [await host.deliver(1), await host.deliver(1)];
    const each = (fieldsOf: (id: string) => string): string =>
      ids.map((id, index) => `of${index}: ${fieldsOf(id)}`).join(' ');
    /** Fields that stand side by side are answered in any order. */
    const askedFor = (permission: Permission): unknown[] =>
      asked
        .filter(([of]) => of === permission)
        .map(([, id]) => id)
        .sort();
    await host.read(`mutation { ${each((id) => `holdTask(input: { taskId: "${id}" }) { task { id } }`)} }`);
    await host.read(`{ ${each((id) => `step(taskId: "${id}", step: "bill") { task { id } }`)} }`);
    expect(askedFor('tasker.task:show')).toEqual([...ids, ...ids].sort());
    asked = [];
    const cancel = (step: string): string =>
      `${step}: cancelStep(input: { taskId: "${ids[0]!}", step: "${step}" }) { step { id } }`;
    await host.read(`mutation { ${cancel('pack')} ${cancel('bill')} }`);
    expect(new Set(askedFor('tasker.workflow_step:show'))).toEqual(new Set([expect.any(String), expect.any(String)]));
  });

  it('keeps what a write did from those who may not read it, and tells that it was done', async () => {
    const id = await host.deliver(1);
    granted = ['tasker.task:cancel'];
    const { data } = await host.ask(
      'mutation ($id: ID!) { cancelTask(input: { taskId: $id }) { taskId changed task { context } userErrors { code } } }',
      { id },
    );
    expect(data.cancelTask).toEqual({ taskId: id, changed: true, task: null, userErrors: [] });
  });
});
