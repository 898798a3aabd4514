import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { CORRELATION_HEADER, correlationIdOf, knownCorrelationIdOf } from '../../auth/correlation.js';

/** The part of Fastify that is needed. */
interface Fastify {
  addHook(
    name: 'onSend',
    hook: (request: { readonly url: string }, reply: FastifyReply, payload: unknown, done: () => void) => void,
  ): void;
}

interface FastifyReply {
  header(name: string, value: string): void;
}

/**
 * Adds the id of the request to every answer at the path of the separate API, even if the driver refuses it before an
 * operation begins; on Fastify, also to answers of other paths to requests that have an id.
 *
 * @param path null if the operations are part of the host's API
 */
export function nameAnswers(adapter: AbstractHttpAdapter, path: string | null): void {
  if (adapter.getType() === 'fastify') {
    adapter.getInstance<Fastify>().addHook('onSend', (request, reply, _payload, done) => {
      const isOurs = request.url.split('?', 1)[0] === path;
      const id = isOurs ? correlationIdOf(request) : knownCorrelationIdOf(request);
      if (id !== undefined) reply.header(CORRELATION_HEADER, id);
      done();
    });
    return;
  }
  if (path === null) return;
  adapter.use(path, (request: IncomingMessage, response: ServerResponse, next: () => void) => {
    response.setHeader(CORRELATION_HEADER, correlationIdOf(request));
    next();
  });
}
