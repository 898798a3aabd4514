import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach } from '@jest/globals';

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
  close(): Promise<void>;
}

/** A server on the loopback that gives these answers in order, and the last one again and again. It is closed after the test. */
export function useServers(): { readonly open: (...answers: readonly Answer[]) => Promise<AnsweringServer> } {
  let servers: AnsweringServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.map((server) => server.close()));
    servers = [];
  });
  return {
    open: async (...answers) => {
      const server = await openServer(answers);
      servers.push(server);
      return server;
    },
  };
}

async function openServer(answers: readonly Answer[]): Promise<AnsweringServer> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const each = { method: request.method!, path: request.url!, headers: request.headers, body };
      received.push(each);
      answers[Math.min(received.length, answers.length) - 1]!(response, each);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
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
