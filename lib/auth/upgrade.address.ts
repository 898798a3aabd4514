import { IncomingMessage } from 'node:http';
import type { AbstractHttpAdapter } from '@nestjs/core';

/**
 * Gives a request that opened a socket the `ip` that requests have in controllers. Express does not see such requests, so
 * that the address would be that of a proxy, although Express trusts the proxy.
 *
 * @param adapter undefined in an application without a server
 */
export function nameCaller(adapter: AbstractHttpAdapter | undefined, request: unknown): void {
  if (!(request instanceof IncomingMessage) || 'ip' in request || adapter?.getType() !== 'express') return;
  const { request: prototype } = adapter.getInstance<{ readonly request: object }>();
  const { headers, socket } = request;
  const asked = Object.create(prototype, { headers: { value: headers }, socket: { value: socket } }) as { ip?: string };
  Object.defineProperty(request, 'ip', { value: asked.ip });
}
