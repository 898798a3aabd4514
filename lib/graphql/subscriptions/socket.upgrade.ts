import type { IncomingMessage, Server } from 'node:http';
import { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AbstractHttpAdapter } from '@nestjs/core';

/** A request to open a WebSocket, with its connection. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** @param request the request, as the server passes it to controllers */
type Accept = (upgrade: Upgrade, request: Pick<IncomingMessage, 'headers'>) => void;

/** The part of Fastify that is needed. */
interface Fastify {
  readonly websocketServer?: unknown;
  addHook(name: 'preValidation', hook: (request: FastifyRequest, reply: FastifyReply, done: () => void) => void): void;
  routing(request: IncomingMessage, response: ServerResponse): void;
}

interface FastifyRequest extends Pick<IncomingMessage, 'headers'> {
  readonly raw: IncomingMessage;
}

interface FastifyReply {
  hijack(): void;
}

/**
 * Passes upgrades of one path to `accept`. On Fastify, they pass its hooks first, like other requests, and coexist with
 * sockets of `@fastify/websocket` in the host. Upgrades of other paths are left to other listeners, if there are any.
 *
 * @returns a function that begins to listen; call it when the server exists
 */
export function upgradesOf(path: string, adapter: AbstractHttpAdapter, accept: Accept): () => void {
  const fastify = adapter.getType() === 'fastify' ? adapter.getInstance<Fastify>() : null;
  const waiting = new WeakMap<IncomingMessage, Upgrade>();
  fastify?.addHook('preValidation', (request, reply, done) => {
    const upgrade = waiting.get(request.raw);
    if (!upgrade) {
      done();
      return;
    }
    reply.hijack();
    accept(upgrade, request);
  });
  return () => {
    const server = adapter.getHttpServer() as Server;
    // Before other listeners, which may pass the request to the router at once.
    server.prependListener('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (pathOf(request) !== path) {
        leave(server, socket);
        return;
      }
      const upgrade = { request, socket, head };
      if (!fastify) {
        accept(upgrade, request);
        return;
      }
      waiting.set(request, upgrade);
      if (fastify.websocketServer === undefined) route(fastify, upgrade);
    });
  };
}

/** If a hook answers, the request ends, and then the connection, which nothing reads any more. */
function route(fastify: Fastify, { request, socket }: Upgrade): void {
  socket.on('error', () => socket.destroy());
  const response = new ServerResponse(request);
  response.assignSocket(socket as never);
  response.on('finish', () => socket.end());
  fastify.routing(request, response);
}

function leave(server: Server, socket: Duplex): void {
  if (server.listenerCount('upgrade') > 1) return;
  socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

function pathOf({ url = '' }: IncomingMessage): string | null {
  const base = 'http://localhost';
  return URL.canParse(url, base) ? new URL(url, base).pathname : null;
}
