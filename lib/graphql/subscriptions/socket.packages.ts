import { createRequire } from 'node:module';
import type { makeServer } from 'graphql-ws';
import type { WebSocketServer } from 'ws';

export interface SocketPackages {
  readonly makeServer: typeof makeServer;
  readonly WebSocketServer: typeof WebSocketServer;
}

/** Dependencies of `@nestjs/graphql`. Without hoisting, only that package can import them. */
export function socketPackages(): SocketPackages {
  const require = createRequire(import.meta.resolve('@nestjs/graphql'));
  return {
    makeServer: (require('graphql-ws') as { readonly makeServer: typeof makeServer }).makeServer,
    WebSocketServer: (require('ws') as { readonly WebSocketServer: typeof WebSocketServer }).WebSocketServer,
  };
}
