import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach } from '@jest/globals';
import { LOCALHOST } from './tls.js';

export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers one request; left undone, the request waits until its sender goes away. */
export type Answer = (response: ServerResponse, received: Received) => void;

export interface AnsweringServer {
  readonly url: string;
  /** Requests so far, in order. */
  readonly received: readonly Received[];
  /** How many connections were opened so far. */
  readonly connections: number;
  close(): Promise<void>;
}

interface Servers {
  /** Gives these answers in order, and the last one again and again. */
  open(...answers: readonly Answer[]): Promise<AnsweringServer>;
  /** The same over TLS, as "localhost". */
  openTls(...answers: readonly Answer[]): Promise<AnsweringServer>;
}

/** Servers on the loopback, which are closed after the test. */
export function useServers(): Servers {
  let servers: AnsweringServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.map((server) => server.close()));
    servers = [];
  });
  const kept = async (opening: Promise<AnsweringServer>): Promise<AnsweringServer> => {
    const server = await opening;
    servers.push(server);
    return server;
  };
  return {
    open: (...answers) => kept(openServer(answers, 'http://127.0.0.1')),
    openTls: (...answers) => kept(openServer(answers, 'https://localhost')),
  };
}

export async function openServer(answers: readonly Answer[], host: string): Promise<AnsweringServer> {
  const received: Received[] = [];
  let connections = 0;
  const answer: RequestListener = (request, response) => {
    void text(request).then((body) => {
      const each = { method: request.method!, path: request.url!, headers: request.headers, body };
      received.push(each);
      answers[Math.min(received.length, answers.length) - 1]!(response, each);
    });
  };
  const server = host.startsWith('https:') ? createTlsServer(LOCALHOST, answer) : createServer(answer);
  server.on('connection', () => connections++);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `${host}:${(server.address() as AddressInfo).port}`,
    received,
    get connections() {
      return connections;
    },
    close: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** An answer of JSON, of a text, or of nothing. */
export function answering(status: number, body?: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => {
    const isText = typeof body === 'string';
    const type = { 'content-type': isText ? 'text/plain' : 'application/json' };
    response.writeHead(status, { ...(body !== undefined && type), ...headers });
    response.end(isText || body === undefined ? body : JSON.stringify(body));
  };
}
