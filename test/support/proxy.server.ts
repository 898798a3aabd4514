import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach } from '@jest/globals';

export interface ProxyServer {
  readonly url: string;
  /** Where it was asked to connect to, and with what credentials. */
  readonly asked: readonly { readonly target: string; readonly authorization: string | undefined }[];
}

/** Proxies on the loopback that connect to `target`, whatever they are asked for; closed after the test. */
export function useProxies(): { open(target: string): Promise<ProxyServer> } {
  let closings: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    await Promise.all(closings.map((close) => close()));
    closings = [];
  });
  return {
    open: async (target) => {
      const { hostname, port } = new URL(target);
      const asked: ProxyServer['asked'][number][] = [];
      const sockets = new Set<Socket>();
      const server = createServer();
      server.on('connect', (request, socket: Socket) => {
        asked.push({ target: request.url!, authorization: request.headers['proxy-authorization'] });
        const there = connect(Number(port), hostname, () => {
          socket.write('HTTP/1.1 200 Connected\r\n\r\n');
          socket.pipe(there).pipe(socket);
        });
        for (const each of [socket, there]) sockets.add(each.on('error', () => undefined));
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      closings.push(() => {
        for (const socket of sockets) socket.destroy();
        const closed = once(server, 'close');
        server.close();
        server.closeAllConnections();
        return closed;
      });
      return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
    },
  };
}
