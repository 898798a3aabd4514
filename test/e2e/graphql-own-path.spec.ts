import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { Field, GraphQLModule, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { TASKER_AUTHENTICATOR } from 'nestjs-tasker';
import { TaskerGraphqlModule } from 'nestjs-tasker/graphql';
import request from 'supertest';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { graphqlClient } from '../support/graphql.js';
import { startOwnGraphqlHost, type GraphqlHost } from '../support/graphql.host.js';
import { startHttpHost } from '../support/http.host.js';

const INTROSPECTION = '{ __schema { queryType { fields { name } } } }';
const fieldsOf = ({ data }: { data: any }): string[] => data.__schema.queryType.fields.map(({ name }: any) => name);

let shared: TestDatabase;
beforeAll(async () => {
  shared = await createTestDatabase();
});
afterAll(() => shared.drop());

describe.each(['apollo', 'mercurius'] as const)('the GraphQL API at a path of its own, on %s', (driver) => {
  let host: GraphqlHost;
  beforeAll(async () => {
    const authenticate = ({ headers }: { headers: { user?: string } }): unknown =>
      headers.user && { id: headers.user, roles: ['admin'] };
    const providers = [{ provide: TASKER_AUTHENTICATOR, useValue: { authenticate } }];
    host = await startOwnGraphqlHost(driver, {}, { shared, providers });
  });
  afterAll(() => host.close());

  it('starts, runs, shows and repairs tasks, for a user', async () => {
    const input = { namespace: 'warehouse', name: 'delivery', version: '1.2.0', context: { order_id: 13 } };
    const { task } = await host.mutate('startTask', input, 'task { id state initiator context }', 'ann');
    expect(task).toMatchObject({ state: 'pending', initiator: 'ann', context: { order_id: 13 } });
    await host.kit.runUntilIdle();
    const of = { taskId: task.id, step: 'bill' };
    const resolved = await host.mutate(
      'resolveStep',
      of,
      'step { state parents { name } } task { transitions { actor } }',
      'ann',
    );
    expect(resolved.step).toEqual({ state: 'resolved_manually', parents: [{ name: 'read' }] });
    expect(resolved.task.transitions).toContainEqual({ actor: 'ann' });
    const { errors } = await host.ask('{ task(id: "1") { id } }', {}, '');
    expect(errors).toMatchObject([{ extensions: { code: 'TASKER_UNAUTHENTICATED' } }]);
    expect((await host.mutate('holdTask', { taskId: '999' }, 'changed', 'ann')).userErrors).toMatchObject([
      { code: 'TASKER_UNKNOWN_TASK', field: ['input', 'taskId'] },
    ]);
  });

  it('takes no form, which a page of another site could send with the cookies of its visitor', async () => {
    const id = await host.deliver(1);
    const query = `mutation { cancelTask(input: { taskId: "${id}" }) { changed } }`;
    const { status } = await request(host.http).post('/tasker/graphql').type('form').set('user', 'ann').send({ query });
    expect([400, 415]).toContain(status);
    expect((await host.read('query ($id: ID!) { task(id: $id) { state } }', { id })).task.state).toBe('pending');
  });

  it('tells what it consists of', async () => {
    expect(fieldsOf(await host.ask(INTROSPECTION))).toContain('tasks');
    const page = driver === 'apollo' ? '/tasker/graphql' : '/graphiql';
    const { text } = await request(host.http).get(page).set('Accept', 'text/html').expect(200);
    expect(text.toLowerCase()).toContain('graphiql');
  });
});

describe.each(['apollo', 'mercurius'] as const)('the GraphQL API in production, on %s', (driver) => {
  const before = process.env.NODE_ENV;
  beforeAll(() => {
    process.env.NODE_ENV = 'production';
  });
  afterAll(() => {
    process.env.NODE_ENV = before;
  });

  it('tells nothing of what it consists of, and has no page to try it', async () => {
    const host = await startOwnGraphqlHost(driver, {}, { shared, tasker: { auth: 'none' } });
    try {
      const { data, errors } = await host.ask(INTROSPECTION);
      expect(data ?? null).toBeNull();
      expect(errors![0]!.message).toMatch(/introspection/i);
      const page = driver === 'apollo' ? '/tasker/graphql' : '/graphiql';
      const { type, status } = await request(host.http).get(page).set('Accept', 'text/html');
      expect(status).not.toBe(200);
      expect(type).not.toBe('text/html');
      expect(await host.read('{ task(id: "999999") { id } }')).toEqual({ task: null });
    } finally {
      await host.close();
    }
  });

  it('tells it where the host says so, and lies where the host says, after its global prefix', async () => {
    const prepare = (app: { setGlobalPrefix(prefix: string): unknown }): void => void app.setGlobalPrefix('api');
    const options = { introspection: true, graphiql: false, path: '/flows' };
    const host = await startOwnGraphqlHost(driver, options, { shared, prepare, tasker: { auth: 'none' } });
    try {
      const client = graphqlClient(host.http, '/api/flows');
      expect(fieldsOf(await client.ask(INTROSPECTION))).toContain('tasks');
      expect(await client.read('{ task(id: "999999") { id } }')).toEqual({ task: null });
      await request(host.http).get('/api/tasker/health/live').expect(200);
    } finally {
      await host.close();
    }
  });
});

@ObjectType()
class Greeting {
  @Field()
  readonly text!: string;
}

@Resolver()
class GreetingResolver {
  @Query(() => Greeting)
  greeting(): Greeting {
    return { text: 'hello' };
  }
}

@Module({ providers: [GreetingResolver] })
class GreetingModule {}

describe('the GraphQL API at a path of its own, beside that of the host', () => {
  it('has nothing of the host’s, and the host’s nothing of ours', async () => {
    const host = await startHttpHost({
      shared,
      imports: [
        GraphQLModule.forRoot<ApolloDriverConfig>({
          driver: ApolloDriver,
          autoSchemaFile: true,
          include: [GreetingModule],
        }),
        GreetingModule,
        TaskerGraphqlModule.forRoot<ApolloDriverConfig>({
          driver: ApolloDriver,
          includeStacktraceInErrorResponses: false,
        }),
      ],
    });
    try {
      const [theirs, ours] = ['/graphql', '/tasker/graphql'].map((path) =>
        graphqlClient(host.app.getHttpServer(), path),
      );
      expect(await theirs!.read('{ greeting { text } }')).toEqual({ greeting: { text: 'hello' } });
      expect(fieldsOf(await theirs!.ask(INTROSPECTION))).toEqual(['greeting']);
      expect(fieldsOf(await ours!.ask(INTROSPECTION))).not.toContain('greeting');
      expect(await ours!.read('{ task(id: "999999") { id } }')).toEqual({ task: null });
    } finally {
      await host.close();
    }
  });
});
