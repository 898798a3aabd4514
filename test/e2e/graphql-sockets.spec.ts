import { afterEach, describe, expect, it } from '@jest/globals';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ChangeFeed, TASKER_AUTHENTICATOR, type ChangeStream } from 'nestjs-tasker';
import { TaskerGraphqlModule } from 'nestjs-tasker/graphql';
import { aGate, eventually } from '../support/eventually.js';
import { startGraphqlHost, startOwnGraphqlHost, type GraphqlHost } from '../support/graphql.host.js';
import { rawSocket } from '../support/graphql.sockets.js';
import type { HttpHostSettings } from '../support/http.host.js';

const COMPLETED = 'subscription { taskUpdated(after: "0.0", events: [task_completed]) { taskId } }';

let host: GraphqlHost;
afterEach(() => host.close());

async function open(starting: Promise<GraphqlHost>): Promise<void> {
  host = await starting;
  await host.app.listen(0, '127.0.0.1');
}

const ofTheHost = {
  apollo: () =>
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      subscriptions: { 'graphql-ws': true },
      context: ({ req, extra }: any) => ({ req: req ?? extra.request }),
    }),
  mercurius: () =>
    GraphQLModule.forRoot<MercuriusDriverConfig>({
      driver: MercuriusDriver,
      autoSchemaFile: true,
      subscription: { context: (_socket: unknown, req: unknown) => ({ req }) },
    }),
};

describe.each<[string, string, (settings: HttpHostSettings) => Promise<GraphqlHost>]>([
  ['of our own path, on apollo', '/tasker/graphql', (settings) => startOwnGraphqlHost('apollo', {}, settings)],
  ['of our own path, on mercurius', '/tasker/graphql', (settings) => startOwnGraphqlHost('mercurius', {}, settings)],
  [
    'of the host, on apollo',
    '/graphql',
    (settings) => startGraphqlHost({ ...settings, imports: [ofTheHost.apollo(), TaskerGraphqlModule] }),
  ],
  [
    'of the host, on mercurius',
    '/graphql',
    (settings) =>
      startGraphqlHost({
        ...settings,
        imports: [ofTheHost.mercurius(), TaskerGraphqlModule],
        adapter: new FastifyAdapter(),
      }),
  ],
])('a socket %s', (_, path, start) => {
  it('ends with all that was begun over it, also where one id was used twice', async () => {
    // Both are being authenticated before the first one is known by its id, which a client may use again by then.
    const bothCame = aGate();
    let came = 0;
    const authenticate = async (): Promise<object> => {
      if (++came === 2) bothCame.open();
      await bothCame.passed;
      return { id: 'ann' };
    };
    const providers = [{ provide: TASKER_AUTHENTICATOR, useValue: { authenticate } }];
    await open(start({ providers, tasker: { live: { maxListeners: 2 } } }));
    await host.deliver(1);
    await host.kit.runUntilIdle();
    const socket = await rawSocket(host, path);
    socket.say({ id: 'same', type: 'subscribe', payload: { query: COMPLETED } });
    socket.say({ id: 'same', type: 'complete' });
    socket.say({ id: 'same', type: 'subscribe', payload: { query: COMPLETED } });
    await socket.heard('next', 2);
    const feed = host.app.get(ChangeFeed);
    await expect(feed.follow()).rejects.toMatchObject({ code: 'TASKER_TOO_MANY_LISTENERS' });
    await socket.close();
    const streams: ChangeStream[] = [];
    while (streams.length < 2) streams.push(await eventually(() => feed.follow()));
    for (const stream of streams) stream.close();
  });
});
