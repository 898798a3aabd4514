import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { listenTo } from '../support/event.listener.js';
import { startGraphqlHost, startOwnGraphqlHost, type GraphqlHost } from '../support/graphql.host.js';
import { rawSocket } from '../support/graphql.sockets.js';

// Apollo would break the connection after ten seconds, so that the listener would see no end.
it.each<[string, () => Promise<GraphqlHost>]>([
  ['at a path of its own', () => startOwnGraphqlHost('apollo')],
  ['in the API of the host', () => startGraphqlHost()],
])('a host with Apollo, %s, does not wait for whoever listens to server-sent events', async (_, start) => {
  const host = await start();
  await host.app.listen(0, '127.0.0.1');
  const { port } = host.http.address() as AddressInfo;
  const listener = await listenTo(`http://127.0.0.1:${port}/tasker/events`);
  await host.close();
  await expect(listener.ended).resolves.toBeUndefined();
});

describe.each(['apollo', 'mercurius'] as const)('a host that shuts down, with %s', (driver) => {
  it('closes the sockets of its subscribers, and tells them of no end', async () => {
    const host = await startOwnGraphqlHost(driver);
    await host.app.listen(0, '127.0.0.1');
    const socket = await rawSocket(host);
    socket.say({
      id: '1',
      type: 'subscribe',
      payload: { query: 'subscription { taskUpdated(after: "0.0") { event } }' },
    });
    await host.deliver(1);
    await host.kit.runUntilIdle();
    await socket.heard('next', 1);
    await host.close();
    await socket.closed;
    expect(socket.types).not.toContain('complete');
    expect(socket.types).not.toContain('error');
  });
});
