import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Client } from 'graphql-ws';
import { TASKER_AUTHENTICATOR, TASKER_AUTHORIZATION_COORDINATOR } from 'nestjs-tasker';
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

describe.each(['apollo', 'mercurius'] as const)('subscriptions, on %s', (driver) => {
  let host: GraphqlHost;
  let clients: Client[] = [];
  afterEach(async () => {
    for (const client of clients) await client.dispose();
    clients = [];
    await host.close();
  });

  async function open(settings: Parameters<typeof startOwnGraphqlHost>[2] = {}, options: object = {}): Promise<void> {
    host = await startOwnGraphqlHost(driver, options, settings);
    await host.app.listen(0, '127.0.0.1');
  }

  function connect(params?: object, headers?: Readonly<Record<string, string>>): Client {
    const client = socketClient(host, params, headers);
    clients.push(client);
    return client;
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
    await open();
    const stream = connect().iterate({ query: TASK_UPDATED, variables: AFTER });
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
    const again = connect().iterate({ query: TASK_UPDATED, variables: { after: begun!.position } });
    expect(await take(again, 1)).toEqual([ended]);
  });

  it('tell of steps, by filter', async () => {
    await open();
    const variables = { steps: ['bill'], events: ['step_failed'] };
    const stream = connect().iterate({
      query: STEP_UPDATED.replace('stepUpdated(', 'stepUpdated(after: "0.0", '),
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
    const authenticate = ({ headers }: { headers: Record<string, string> }): unknown =>
      headers.authorization
        ? { id: headers.authorization }
        : (headers.cookie ?? '').includes('user=') && { id: 'by cookie' };
    const may = ({ id }: { id: string }, permission: string): boolean => id !== 'guest' || permission.endsWith('show');
    await open({
      providers: [
        { provide: TASKER_AUTHENTICATOR, useValue: { authenticate } },
        { provide: TASKER_AUTHORIZATION_COORDINATOR, useValue: { may } },
      ],
    });
    await host.deliver(1);
    await host.kit.runUntilIdle();
    const first = (client: Client): Promise<any> => firstAnswer(client, TASK_UPDATED, AFTER);
    const refused = (value: any): string => value.errors[0].extensions.code as string;
    expect(refused(await first(connect()))).toBe('TASKER_UNAUTHENTICATED');
    expect(refused(await first(connect({ headers: { authorization: 'guest' } })))).toBe('TASKER_FORBIDDEN');
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
    await open();
    const wrong = await firstAnswer(connect(), 'subscription { taskUpdated(after: "x") { event } }');
    expect(wrong.errors[0].extensions).toMatchObject({
      code: 'TASKER_INVALID_CHANGE_REQUEST',
      problems: [{ pointer: '/after' }],
    });
    const none = await firstAnswer(connect(), 'subscription { taskUpdated(events: [step_failed]) { event } }');
    expect(none.errors[0].extensions).toMatchObject({ code: 'TASKER_INVALID_CHANGE_REQUEST' });
    const unknown = await firstAnswer(connect(), 'subscription { taskUpdated { colour } }');
    expect(unknown.errors[0].message).toContain('colour');
  });

  it('are one field each, which asks its own guard', async () => {
    const authenticate = (): object => ({ id: 'ann' });
    const may = (_: unknown, permission: string): boolean => permission === 'tasker.workflow_step:index';
    await open({
      providers: [
        { provide: TASKER_AUTHENTICATOR, useValue: { authenticate } },
        { provide: TASKER_AUTHORIZATION_COORDINATOR, useValue: { may } },
      ],
    });
    await host.deliver(1);
    await host.kit.runUntilIdle();
    const both = 'subscription { stepUpdated(after: "0.0") { position } taskUpdated { position task { context } } }';
    const { data, errors } = await firstAnswer(connect(), both);
    expect(data ?? null).toBeNull();
    expect(errors[0].message).toMatch(/one top level field/);
  });

  it('are not endless', async () => {
    await open();
    const endless = `subscription { taskUpdated(after: "0.0") { task { ...F } } }
      fragment F on Task { steps { task { ...F } } }`;
    expect((await firstAnswer(connect(), endless)).errors.length).toBeGreaterThan(0);
  });

  it('keep the limits, and tell nothing about the schema that the API does not', async () => {
    await open({}, { introspection: false, maxCost: 100 });
    const costly = await firstAnswer(
      connect(),
      'subscription { taskUpdated { task { steps { children { children { id } } } } } }',
    );
    expect(JSON.stringify(costly.errors)).toMatch(/maxCost|cost/);
    const { data, errors } = await firstAnswer(connect(), '{ __schema { queryType { name } } }');
    expect(data ?? null).toBeNull();
    expect(errors.length).toBeGreaterThan(0);
  });
});
