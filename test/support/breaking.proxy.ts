import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

/** The last that a server says to a client that connects: it may ask now. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

/** A way to a PostgreSQL server that ends connections at the worst of moments. */
export interface BreakingProxy {
  readonly url: string;
  /** While true, the server ends a connection in the same breath in which it opens it. */
  breaksNew: boolean;
  close(): Promise<void>;
}

export async function openBreakingProxy(serverUrl: string): Promise<BreakingProxy> {
  const { hostname, port } = new URL(serverUrl);
  const listener = createServer((client) => {
    const server = connect(Number(port), hostname);
    client.pipe(server);
    server.on('data', (said) => {
      if (proxy.breaksNew && said.subarray(-READY.length).equals(READY)) {
        client.end(Buffer.concat([said, farewell()]));
        server.destroy();
      } else client.write(said);
    });
    for (const [one, other] of [[client, server] as const, [server, client] as const]) {
      one.on('error', () => undefined); // it closes then
      one.on('close', () => other.destroy());
    }
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const url = new URL(serverUrl);
  url.port = `${(listener.address() as AddressInfo).port}`;
  const close = async (): Promise<void> => {
    listener.close();
    await once(listener, 'close');
  };
  const proxy: BreakingProxy = { url: url.href, breaksNew: false, close };
  return proxy;
}

/** What `pg_terminate_backend` makes a server say. */
function farewell(): Buffer {
  const fields = Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0');
  const head = Buffer.from([0x45, 0, 0, 0, 0]);
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
