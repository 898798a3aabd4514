import type { ServerResponse } from 'node:http';
import type { AbstractHttpAdapter } from '@nestjs/core';

/** The reply of Fastify. On Express, the response is Node's own. */
interface FastifyReply {
  readonly raw: ServerResponse;
  hijack(): void;
  getHeaders(): Readonly<Record<string, number | string | string[]>>;
}

/** Node's response, on either server. */
export function rawOf(http: AbstractHttpAdapter, response: unknown): ServerResponse {
  return http.getType() === 'fastify' ? (response as FastifyReply).raw : (response as ServerResponse);
}

/** Begins an answer that the server itself leaves alone. The headers that it has until then are kept. */
export function beginRaw(
  http: AbstractHttpAdapter,
  response: unknown,
  headers: Readonly<Record<string, string>>,
): ServerResponse {
  const raw = rawOf(http, response);
  if (raw !== response) {
    const reply = response as FastifyReply;
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders())) raw.setHeader(name, value);
  }
  // A connection that is kept alive would delay the shutdown of the server.
  raw.writeHead(200, { ...headers, Connection: 'close' });
  return raw;
}
