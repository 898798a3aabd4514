import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createClient, GRAPHQL_TRANSPORT_WS_PROTOCOL, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { eventually } from './eventually.js';
import type { GraphqlHost } from './graphql.host.js';

type Headers = Readonly<Record<string, string>>;

interface Opening {
  readonly req?: unknown;
  readonly extra?: { readonly request: unknown };
}

/** The context of Apollo in a host: the request, or the one that opened the socket. */
export const contextOf = ({ req, extra }: Opening): { readonly req: unknown } => ({ req: req ?? extra?.request });

/** A client of a host that listens. It opens a socket at its first operation, with these headers, and closes it after its last one. */
export function socketClient(host: GraphqlHost, params?: object, headers: Headers = {}): Client {
  class Socket extends WebSocket {
    constructor(address: string, protocols: string) {
      super(address, protocols, { headers });
    }
  }
  return createClient({
    url: addressOf(host),
    webSocketImpl: Socket,
    retryAttempts: 0,
    lazy: true,
    ...(params && { connectionParams: params as Record<string, unknown> }),
  });
}

/** Apollo refuses in an answer, Mercurius by an error in its place. */
export async function firstAnswer(
  client: Client,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<any> {
  try {
    return (await client.iterate({ query, variables }).next()).value;
  } catch (error) {
    return { errors: [error].flat() };
  }
}

/** A message of the protocol. */
export interface SocketMessage {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** A socket whose client says what no library would. */
export interface RawSocket {
  say(message: object): void;
  /** Resolves when so many messages of this type came. */
  heard(type: string, count: number): Promise<void>;
  /** All that came. */
  readonly messages: readonly SocketMessage[];
  /** Of all messages that came. */
  readonly types: readonly string[];
  /** Resolves when it is closed, by whomever, and says how. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  close(): Promise<void>;
}

/** Opened, and acknowledged by the server. */
export async function rawSocket(host: GraphqlHost, headers: Headers = {}, path?: string): Promise<RawSocket> {
  const raw = await silentSocket(host, headers, path);
  raw.say({ type: 'connection_init' });
  await raw.heard('connection_ack', 1);
  return raw;
}

/** Opened, and nothing said yet. */
export async function silentSocket(host: GraphqlHost, headers: Headers = {}, path?: string): Promise<RawSocket> {
  const socket = new WebSocket(addressOf(host, path), GRAPHQL_TRANSPORT_WS_PROTOCOL, { headers });
  const messages: SocketMessage[] = [];
  const types: string[] = [];
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as SocketMessage;
    messages.push(message);
    types.push(message.type);
  });
  await once(socket, 'open');
  const closed = once(socket, 'close').then(([code, reason]) => ({ code: code as number, reason: String(reason) }));
  return {
    messages,
    types,
    closed,
    say: (message) => socket.send(JSON.stringify(message)),
    heard: (type, count) =>
      eventually(() => {
        const heard = types.filter((each) => each === type).length;
        if (heard < count) throw new Error(`Of ${count} messages "${type}" came ${heard}: ${types.join(', ')}`);
      }),
    close: async () => {
      socket.close();
      await closed;
    },
  };
}

function addressOf(host: GraphqlHost, path = '/tasker/graphql'): string {
  const { port } = host.http.address() as AddressInfo;
  return `ws://127.0.0.1:${port}${path}`;
}
