import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from 'graphql-ws';
import { ChangeFeed, TASKER_AUTHENTICATOR, TASKER_AUTHORIZATION_COORDINATOR } from 'nestjs-tasker';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { startOwnGraphqlHost, type GraphqlHost } from '../support/graphql.host.js';
import { firstAnswer, socketClient } from '../support/graphql.sockets.js';

const TASK_UPDATED = `subscription ($events: [ChangeEvent!], $after: String) {
  taskUpdated(events: $events, after: $after) {
    position event from to taskId namespace name version actor reason at task { id state steps { name state } }
  }
}`;
const STEP_UPDATED = `subscription ($steps: [String!], $events: [ChangeEvent!]) {
  stepUpdated(steps: $steps, events: $events) {
    event stepName from to attempt worker error { message } retryAt step { name state results } task { id }
  }
}`;

type Update = Readonly<Record<string, any>>;

let shared: TestDatabase;
beforeAll(async () => {
  shared = await createTestDatabase();
});
afterAll(() => shared.drop());

describe.each(['apollo', 'mercurius'] as const)('subscriptions, on %s', (driver) => {
  /** Guests may see what they name, and Lisa lists of steps; who has no name is refused. */
  let host: GraphqlHost;
  let clients: Client[] = [];
  beforeAll(async () => {
    const authenticate = ({ headers }: { headers: Record<string, string> }): unknown =>
      headers.authorization
        ? { id: headers.authorization }
        : (headers.cookie ?? '').includes('user=') && { id: 'by cookie' };
    const may = ({ id }: { id: string }, permission: string): boolean => {
      if (id === 'lisa') return permission === 'tasker.workflow_step:index';
      return id !== 'guest' || permission.endsWith('show');
    };
    const providers = [
      { provide: TASKER_AUTHENTICATOR, useValue: { authenticate } },
      { provide: TASKER_AUTHORIZATION_COORDINATOR, useValue: { may } },
    ];
    host = await startOwnGraphqlHost(driver, {}, { shared, providers });
    await host.app.listen(0, '127.0.0.1');
    await host.deliver(1);
    await host.kit.runUntilIdle();
  });
  afterEach(async () => {
    for (const client of clients) await client.dispose();
    clients = [];
  });
  afterAll(() => host.close());

  function connect(params?: object, headers?: Readonly<Record<string, string>>, to = host): Client {
    const client = socketClient(to, params, headers);
    clients.push(client);
    return client;
  }

  const as = (authorization: string): Client => connect({ headers: { authorization } });

  /** The position up to which everything has happened. */
  async function now(): Promise<string> {
    const stream = await host.app.get(ChangeFeed).follow();
    stream.close();
    return stream.position;
  }

  /** Takes updates, as many as are wanted. */
  async function take(stream: AsyncIterableIterator<any>, count: number): Promise<Update[]> {
    const taken: Update[] = [];
    while (taken.length < count) {
      const { value, done } = await stream.next();
      if (done) throw new Error(`The stream ended after ${taken.length}.`);
      if (value.errors) throw new Error(JSON.stringify(value.errors));
      taken.push(Object.values(value.data)[0] as Update);
    }
    return taken;
  }

  const AFTER = { after: '0.0' };

  it('tell of tasks, and how each is now', async () => {
    const stream = as('ann').iterate({ query: TASK_UPDATED, variables: { after: await now() } });
    const id = await host.deliver(1);
    await host.kit.runUntilIdle();
    const [begun, ended] = await take(stream, 2);
    expect(begun).toMatchObject({ event: 'task_start_requested', from: 'pending', to: 'in_progress', taskId: id });
    expect(ended).toMatchObject({
      event: 'task_completed',
      to: 'complete',
      namespace: 'warehouse',
      name: 'delivery',
      version: '1.2.0',
      actor: null,
      at: expect.stringMatching(/Z$/),
      task: {
        id,
        state: 'complete',
        steps: ['read', 'pack', 'bill', 'ship'].map((name) => ({ name, state: 'complete' })),
      },
    });
    const again = as('ann').iterate({ query: TASK_UPDATED, variables: { after: begun!.position } });
    expect(await take(again, 1)).toEqual([ended]);
  });

  it('tell of steps, by filter', async () => {
    const variables = { steps: ['bill'], events: ['step_failed'] };
    const stream = as('ann').iterate({
      query: STEP_UPDATED.replace('stepUpdated(', `stepUpdated(after: "${await now()}", `),
      variables,
    });
    await host.deliver(1);
    const id = await host.deliver(13);
    await host.kit.runUntilIdle();
    expect(await take(stream, 1)).toEqual([
      {
        event: 'step_failed',
        stepName: 'bill',
        from: 'in_progress',
        to: 'error',
        attempt: 1,
        worker: expect.any(String),
        error: { message: 'the card was declined' },
        retryAt: null,
        step: { name: 'bill', state: 'error', results: null },
        task: { id },
      },
    ]);
  });

  it('are for those who may, who say who they are when they connect', async () => {
    const first = (client: Client): Promise<any> => firstAnswer(client, TASK_UPDATED, AFTER);
    const refused = (value: any): string => value.errors[0].extensions.code as string;
    expect((await first(connect())).errors).toMatchObject([
      { code: 4403, reason: 'The request is not authenticated.' },
    ]);
    expect(refused(await first(as('guest')))).toBe('TASKER_FORBIDDEN');
    expect((await first(connect({ headers: { authorization: 'ann', user: 'root' } }))).data.taskUpdated).toMatchObject({
      to: 'in_progress',
    });
    const origin = `http://127.0.0.1:${(host.http.address() as AddressInfo).port}`;
    const cookie = 'user=ann';
    expect((await first(connect(undefined, { cookie, origin }))).data).toBeTruthy();
    const elsewhere = await first(connect(undefined, { cookie, origin: 'http://elsewhere.example' }));
    expect(elsewhere.data).toBeUndefined(); // the socket was not opened
  });

  it('refuse wrong requests', async () => {
    const wrong = await firstAnswer(as('ann'), 'subscription { taskUpdated(after: "x") { event } }');
    expect(wrong.errors[0].extensions).toMatchObject({
      code: 'TASKER_INVALID_CHANGE_REQUEST',
      problems: [{ pointer: '/after' }],
    });
    const none = await firstAnswer(as('ann'), 'subscription { taskUpdated(events: [step_failed]) { event } }');
    expect(none.errors[0].extensions).toMatchObject({ code: 'TASKER_INVALID_CHANGE_REQUEST' });
    const unknown = await firstAnswer(as('ann'), 'subscription { taskUpdated { colour } }');
    expect(unknown.errors[0].message).toContain('colour');
  });

  it('are one field each, which asks its own guard', async () => {
    const both = 'subscription { stepUpdated(after: "0.0") { position } taskUpdated { position task { context } } }';
    const { data, errors } = await firstAnswer(as('lisa'), both);
    expect(data ?? null).toBeNull();
    expect(errors[0].message).toMatch(/one top level field/);
  });

  it('are not endless', async () => {
    const endless = `subscription { taskUpdated(after: "0.0") { task { ...F } } }
      fragment F on Task { steps { task { ...F } } }`;
    expect((await firstAnswer(as('ann'), endless)).errors.length).toBeGreaterThan(0);
  });

  it('keep the limits, and tell nothing about the schema that the API does not', async () => {
    const limited = await startOwnGraphqlHost(driver, { introspection: false, maxCost: 100 }, { shared });
    await limited.app.listen(0, '127.0.0.1');
    const client = connect(undefined, undefined, limited);
    try {
      const costly = 'subscription { taskUpdated { task { steps { children { children { id } } } } } }';
      expect(JSON.stringify((await firstAnswer(client, costly)).errors)).toMatch(/maxCost|cost/);
      const { data, errors } = await firstAnswer(client, '{ __schema { queryType { name } } }');
      expect(data ?? null).toBeNull();
      expect(errors.length).toBeGreaterThan(0);
    } finally {
      await client.dispose();
      await limited.close();
    }
  });
});
