import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { TaskerModuleOptions, TaskerUser } from 'nestjs-tasker';
import request from 'supertest';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { startOwnGraphqlHost, type GraphqlHost } from '../support/graphql.host.js';
import { socketClient } from '../support/graphql.sockets.js';

type Auth = NonNullable<TaskerModuleOptions['auth']>;

/** Knows the user by the headers, and gives the user the roles and the namespaces in them. */
const users = {
  authenticate: ({ headers }: { headers: Readonly<Record<string, string | undefined>> }): TaskerUser | null => {
    const { user: id, roles, namespaces } = headers;
    if (id === undefined) return null;
    const lists = { roles: roles?.split(','), namespaces: namespaces?.split(',') };
    return {
      id,
      ...(lists.roles && { roles: lists.roles }),
      ...(lists.namespaces && { namespaces: lists.namespaces }),
    };
  },
};

const ROLES = {
  packer: { includes: ['operator'], namespaces: ['warehouse'] },
  clerk: { includes: ['operator'], namespaces: ['office'] },
  scraper: { permissions: ['tasker.health_status:index', 'tasker.analytics:*'] },
} as const;

/** What nobody but a user may see, and a request to it. */
const GUARDED = [
  'tasks',
  'tasks/1',
  'tasks/1/workflow_steps',
  'templates',
  'workers',
  'webhooks',
  'events',
  'health/status',
  'analytics/performance',
];
const CANCEL = 'mutation ($id: ID!) { cancelTask(input: { taskId: $id }) { task { state } userErrors { code } } }';

let shared: TestDatabase;
beforeAll(async () => {
  shared = await createTestDatabase();
});
afterAll(() => shared.drop());

describe.each(['apollo', 'mercurius'] as const)('the option auth, on %s', (driver) => {
  let host: GraphqlHost;
  const open = async (auth?: Auth): Promise<void> => {
    host = await startOwnGraphqlHost(driver, {}, { shared, tasker: auth === undefined ? {} : { auth } });
    await host.app.listen(0, '127.0.0.1');
  };
  const get = (path: string, headers: Readonly<Record<string, string>> = {}): request.Test =>
    request(host.http).get(`/tasker/${path}`).set(headers);
  const as = (roles: string, namespaces?: string): Readonly<Record<string, string>> => ({
    user: 'ann',
    roles,
    ...(namespaces !== undefined && { namespaces }),
  });

  describe('with roles', () => {
    let task: string;
    beforeAll(async () => {
      await open({ authenticators: [users], roles: ROLES, defaultRoles: ['scraper'] });
      task = await host.deliver(1);
    });
    afterAll(() => host.close());

    const cancel = (headers: Readonly<Record<string, string>>, id = task): request.Test =>
      request(host.http).post(`/tasker/tasks/${id}/cancel`).set(headers);

    it('lets a viewer read everything, contexts too', async () => {
      const { body } = await get(`tasks/${task}?include=context,steps`, as('viewer')).expect(200);
      expect(body).toMatchObject({ context: { order_id: 1 }, steps: expect.any(Array) });
      expect(body).not.toHaveProperty('withheld');
      for (const path of ['tasks', 'templates', 'workers', 'health/status']) await get(path, as('viewer')).expect(200);
    });

    it.each([
      ['post', 'tasks'],
      ['post', 'tasks/1/cancel'],
      ['patch', 'tasks/1'],
      ['delete', 'tasks/1'],
      ['post', 'bulk/tasks/cancel'],
      ['post', 'tasks/1/workflow_steps/read/retry'],
      ['get', 'webhooks'],
      ['post', 'webhooks'],
      ['delete', 'webhooks/1'],
    ] as const)('lets a viewer change nothing, nor see where webhooks lead: %s %s', async (verb, path) => {
      const { body } = await request(host.http)[verb](`/tasker/${path}`).set(as('viewer')).send({}).expect(403);
      expect(body).toMatchObject({ code: 'TASKER_FORBIDDEN' });
    });

    it('lets a viewer change nothing by GraphQL either', async () => {
      const answer = await request(host.http)
        .post('/tasker/graphql')
        .set(as('viewer'))
        .send({ query: CANCEL, variables: { id: task } });
      expect(answer.body).toMatchObject({ errors: [{ extensions: { code: 'TASKER_FORBIDDEN' } }] });
      await get(`tasks/${task}`, as('viewer')).expect(200, /"state":"pending"/);
    });

    it('lets an operator act, but not send changes elsewhere', async () => {
      const own = await host.deliver(2);
      await cancel(as('operator'), own).expect(200);
      await request(host.http)
        .post('/tasker/webhooks')
        .set(as('operator'))
        .send({ url: 'https://example.com' })
        .expect(403);
    });

    it('limits a role to its namespaces, and a user to those of the user', async () => {
      await cancel(as('viewer,clerk')).expect(404);
      await get(`tasks/${task}`, as('viewer,clerk')).expect(200);
      await get(`tasks/${task}`, as('clerk')).expect(404);
      await get(`tasks/${task}`, as('admin', 'office')).expect(404);
      const { body } = await get('tasks', as('admin', 'office')).expect(200);
      expect(body).toMatchObject({ tasks: [] });
      const own = await host.deliver(3);
      await cancel(as('packer'), own).expect(200);
    });

    it('lets no cache keep answers for others, and no browser take them for pages', async () => {
      const headers = async (path: string, of = as('viewer')): Promise<object> => (await get(path, of)).headers;
      const own = { 'cache-control': 'private, no-cache', 'x-content-type-options': 'nosniff' };
      const refused = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
      for (const path of ['tasks', `tasks/${task}`, 'templates']) expect(await headers(path)).toMatchObject(own);
      for (const path of ['tasks/0', 'tasks?x=1', 'webhooks', 'nothing'])
        expect(await headers(path)).toMatchObject(refused);
      expect(await headers('tasks', {})).toMatchObject(refused);
      expect(await headers('workers')).toMatchObject({ ...own, 'cache-control': 'no-store' });
    });

    it('gives default roles to users without any, and nothing to users of other roles', async () => {
      await get('health/status', { user: 'bob' }).expect(200);
      await get('tasks', { user: 'bob' }).expect(403);
      await get('health/status', as('boss')).expect(403);
      await get('health/status').expect(401).expect('WWW-Authenticate', 'Bearer');
    });
  });

  describe('with open routes', () => {
    afterEach(() => host.close());

    it('needs a user for everything but liveness, if none is open', async () => {
      await open({ authenticators: [users], open: [] });
      await get('health/live').expect(200);
      for (const path of [...GUARDED, 'health/ready', 'openapi.json', 'dashboard', 'dashboard/dashboard.js'])
        await get(path).expect(401).expect('WWW-Authenticate', 'Bearer');
      for (const path of ['health/ready', 'openapi.json', 'dashboard']) await get(path, { user: 'ann' }).expect(200);
    });

    it('shows status and analytics to everybody, and nothing else', async () => {
      await open({ authenticators: [users], open: ['status', 'analytics'] });
      for (const path of ['health/status', 'analytics/performance', 'analytics/bottlenecks'])
        await get(path).expect(200);
      for (const path of ['tasks', 'workers', 'queues', 'health/ready', 'openapi.json']) await get(path).expect(401);
      const { body } = await host.raw({ query: '{ systemStatus { healthy } }' });
      expect(body).toMatchObject({ errors: [{ extensions: { code: 'TASKER_UNAUTHENTICATED' } }] });
    });

    it('is open to everybody if auth is none', async () => {
      await open('none');
      for (const path of ['tasks', 'openapi.json', 'dashboard', 'health/ready', 'workers']) await get(path).expect(200);
    });
  });

  describe('not chosen in production', () => {
    const before = process.env.NODE_ENV;
    beforeAll(async () => {
      process.env.NODE_ENV = 'production';
      await open();
    });
    afterAll(async () => {
      process.env.NODE_ENV = before;
      await host.close();
    });

    it('answers nothing but the probes', async () => {
      for (const path of ['health/live', 'health/ready']) await get(path).expect(200);
      for (const path of GUARDED)
        expect((await get(path)).body).toMatchObject({ status: 403, code: 'TASKER_API_CLOSED' });
      for (const path of ['openapi.json', 'dashboard', 'dashboard/token.js']) await get(path).expect(403);
      expect(await host.ask('{ tasks { nodes { id } } }')).toMatchObject({
        errors: [{ extensions: { code: 'TASKER_API_CLOSED' } }],
      });
    });

    it('closes the sockets of subscribers', async () => {
      const client = socketClient(host);
      const closed = new Promise((resolve) => client.on('closed', resolve));
      client.subscribe(
        { query: 'subscription { taskUpdated { event } }' },
        { next: () => undefined, error: () => undefined, complete: () => undefined },
      );
      await expect(closed).resolves.toMatchObject({ code: 4403 });
      await client.dispose();
    });
  });
});
