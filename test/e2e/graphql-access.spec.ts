import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PERMISSIONS, TASKER_AUTHENTICATOR, TASKER_AUTHORIZATION_COORDINATOR, type Permission } from 'nestjs-tasker';
import { startGraphqlHost, type GraphqlHost } from '../support/graphql.host.js';

const OF_TASK = 'input: { taskId: "1" }';
const OF_STEP = 'input: { taskId: "1", step: "bill" }';
const OF_MANY = 'input: { filter: { ids: ["1"] } }';

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

  it('is asked about a batch of no starts, too', async () => {
    granted = [];
    expect(await codesOf('mutation { startTasks(input: { tasks: [] }) { clientMutationId } }')).toEqual([
      'TASKER_FORBIDDEN',
    ]);
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
