import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Logger, ValidationPipe } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { TASKER_AUTHENTICATOR, TaskService } from 'nestjs-tasker';
import { TaskerGraphqlModule } from 'nestjs-tasker/graphql';
import request from 'supertest';
import { startHttpHost, type HttpHost } from '../support/http.host.js';

const START = `mutation ($input: StartTaskInput!) {
  startTask(input: $input) {
    created userErrors { field code message retryAfterSeconds }
    task { id namespace name version state context requestedAt steps { name state } }
  }
}`;
const SHOW = `query ($id: ID!) {
  task(id: $id) {
    id state context tags requestedAt completedAt
    summary { completionPercentage completedSteps }
    steps { name state dependsOn attempts results error { message code permanent } startedAt nextRetryAt }
  }
}`;

describe('the GraphQL API', () => {
  let host: HttpHost;
  beforeAll(async () => {
    host = await startHttpHost({
      imports: [
        GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true }),
        TaskerGraphqlModule,
      ],
      providers: [
        {
          provide: TASKER_AUTHENTICATOR,
          useValue: {
            authenticate: ({ headers }: { headers: { user?: string } }) =>
              headers.user && { id: headers.user, roles: ['admin'] },
          },
        },
      ],
      prepare: (app) => app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true })),
    });
  });
  afterAll(() => host.close());

  const ask = async (query: string, variables: object = {}, user = 'pete'): Promise<Record<string, any>> => {
    const asked = request(host.app.getHttpServer()).post('/graphql').set('user', user);
    return (await asked.send({ query, variables })).body;
  };
  const start = (input: object): Promise<Record<string, any>> =>
    ask(START, { input: { namespace: 'warehouse', name: 'delivery', version: '1.2.0', ...input } });

  it('takes the user who asks for the initiator, where nobody is named', async () => {
    const query = START.replace('context', 'context initiator');
    const input = { namespace: 'warehouse', name: 'delivery', version: '1.2.0', context: { order_id: 1 } };
    const initiatorOf = async (more: object): Promise<unknown> =>
      (await ask(query, { input: { ...input, ...more } })).data.startTask.task.initiator;
    expect(await initiatorOf({})).toBe('pete');
    expect(await initiatorOf({ initiator: 'ann' })).toBe('ann');
  });

  it('starts a task and shows it', async () => {
    const started = await start({ context: { order_id: 1 }, tags: ['a'], reason: null });
    expect(started).toEqual({
      data: {
        startTask: {
          created: true,
          userErrors: [],
          task: {
            id: expect.stringMatching(/^\d+$/),
            namespace: 'warehouse',
            name: 'delivery',
            version: '1.2.0',
            state: 'pending',
            context: { order_id: 1, express: false },
            requestedAt: expect.stringMatching(/Z$/),
            steps: ['read', 'pack', 'bill', 'ship'].map((name) => ({ name, state: 'pending' })),
          },
        },
      },
    });
    await host.kit.runUntilIdle();
    const { data } = await ask(SHOW, { id: started.data.startTask.task.id });
    expect(data.task).toMatchObject({
      state: 'complete',
      tags: ['a'],
      completedAt: expect.stringMatching(/Z$/),
      summary: { completionPercentage: 100, completedSteps: 4 },
    });
    expect(data.task.steps[3]).toMatchObject({
      name: 'ship',
      dependsOn: ['pack', 'bill'],
      attempts: 1,
      results: { step: 'ship', order: 1 },
      error: null,
      nextRetryAt: null,
    });
  });

  it('takes a context that is written in the document', async () => {
    const { data } = await ask(`mutation {
      startTask(input: {
        namespace: "warehouse", name: "delivery", version: "latest",
        context: { order_id: 13, note: { list: [1, 2.5, "x", true, null] } }
      }) { task { id context } }
    }`);
    expect(data.startTask.task.context).toMatchObject({ order_id: 13, note: { list: [1, 2.5, 'x', true, null] } });
    await host.kit.runUntilIdle();
    const shown = await ask(SHOW, { id: data.startTask.task.id });
    expect(shown.data.task.steps[2]).toMatchObject({
      state: 'error',
      error: { message: 'the card was declined', code: 'DECLINED', permanent: true },
    });
  });

  it('answers null for a task that is not there', async () => {
    expect(await ask(SHOW, { id: '999999' })).toEqual({ data: { task: null } });
    expect(await ask(SHOW, { id: 'one' })).toEqual({ data: { task: null } });
  });

  it('answers what was wrong with the values, by the code that REST gives it', async () => {
    const unknown = await start({ name: 'delivry' });
    expect(unknown).toEqual({
      data: {
        startTask: {
          created: false,
          task: null,
          userErrors: [
            {
              field: ['input', 'name'],
              code: 'TASKER_UNKNOWN_TEMPLATE',
              message: expect.stringContaining('"delivery"'),
              retryAfterSeconds: null,
            },
          ],
        },
      },
    });
    const invalid = await start({ context: { order_id: 'one' } });
    expect(invalid.data.startTask.userErrors).toMatchObject([
      { code: 'TASKER_INVALID_CONTEXT', field: ['input', 'context', 'order_id'] },
    ]);
  });

  it('asks for a user', async () => {
    const { errors, data } = await ask(SHOW, { id: '1' }, '');
    expect(data).toEqual({ task: null });
    expect(errors[0].extensions.code).toBe('TASKER_UNAUTHENTICATED');
  });

  it('asks for a user also behind aliases, fragments and directives', async () => {
    const query = `query { # task
      __typename ...F ,a: task(id: "1") @include(if: true) { id }
    } fragment F on Query { b: task(id: "2") { id } }`;
    const { errors, data } = await ask(query, {}, '');
    expect(data).toMatchObject({ a: null, b: null });
    expect(errors).toHaveLength(2);
  });

  it('logs an error of ours and tells nothing about it', async () => {
    const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const broken = jest.spyOn(host.app.get(TaskService), 'start').mockRejectedValue(new Error('the password is xyzzy'));
    const answer = await start({});
    expect(JSON.stringify(answer)).not.toContain('xyzzy');
    expect(answer.errors[0].extensions.code).toBe('INTERNAL_SERVER_ERROR');
    expect(logged).toHaveBeenCalledWith(
      expect.stringMatching(/^Failed to answer request \S+\.$/),
      expect.stringContaining('Error: the password is xyzzy'),
    );
    broken.mockRestore();
    logged.mockRestore();
  });
});

describe('the GraphQL API where tasks are started faster than they end', () => {
  it('says when to come back', async () => {
    const host = await startHttpHost({
      imports: [
        GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true }),
        TaskerGraphqlModule,
      ],
      tasker: { backPressure: { maxUnfinished: 1 } },
    });
    try {
      const input = { namespace: 'warehouse', name: 'delivery', version: '1.2.0', context: { order_id: 1 } };
      const start = () =>
        request(host.app.getHttpServer()).post('/graphql').send({ query: START, variables: { input } });
      expect((await start()).body.data.startTask.userErrors).toEqual([]);
      const { body } = await start();
      expect(body.data.startTask.userErrors).toMatchObject([
        { field: null, code: 'TASKER_TOO_MANY_UNFINISHED_TASKS', retryAfterSeconds: expect.any(Number) },
      ]);
    } finally {
      await host.close();
    }
  });
});
