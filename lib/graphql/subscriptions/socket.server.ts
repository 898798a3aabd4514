import type { IncomingMessage } from 'node:http';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import type { Server as ProtocolServer } from 'graphql-ws';
import type { WebSocket, WebSocketServer } from 'ws';
import { wholePath } from '../own.path.js';
import { socketPackages } from './socket.packages.js';
import { SocketProtocol, type SocketExtra } from './socket.protocol.js';
import { isWelcome } from './socket.request.js';
import { SOCKET_SETTINGS, type SocketSettings } from './socket.settings.js';
import { upgradesOf, type Upgrade } from './socket.upgrade.js';

type Request = Pick<IncomingMessage, 'headers'>;

/** The interval at which a client must answer a ping, in milliseconds. */
const PING_INTERVAL_MS = 12_000;

/**
 * Serves only subscriptions, over WebSockets at the path of the separate API. The drivers do so, too, but each with its
 * own gaps: Apollo accepts messages of any size, Mercurius neither validates operations nor limits waits, and neither
 * authenticates clients.
 */
@Injectable()
export class SocketServer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private sockets: WebSocketServer | null = null;
  private protocol: ProtocolServer<SocketExtra> | null = null;
  private listen: (() => void) | null = null;

  constructor(
    @Inject(SOCKET_SETTINGS) private readonly settings: SocketSettings,
    private readonly words: SocketProtocol,
    private readonly host: HttpAdapterHost,
    private readonly config: ApplicationConfig,
  ) {}

  /** Must be called before routes are made: on Fastify, a route gets only the hooks that were added before it. */
  prepare(): void {
    const { settings } = this;
    const { makeServer, WebSocketServer } = socketPackages();
    this.sockets = new WebSocketServer({ noServer: true, maxPayload: settings.maxMessageBytes });
    this.protocol = makeServer(this.words.optionsFor(settings));
    const path = wholePath(settings, this.config);
    this.listen = upgradesOf(path, this.host.httpAdapter, (upgrade, request) => this.accept(upgrade, request));
  }

  onApplicationBootstrap(): void {
    this.listen?.();
  }

  /**
   * Closes the sockets while the streams are open: the end of a stream would tell clients that the subscription is
   * complete.
   */
  beforeApplicationShutdown(): void {
    this.sockets?.close();
    for (const socket of this.sockets?.clients ?? []) socket.close(1001, 'The server is shutting down.');
  }

  private accept({ request: opening, socket, head }: Upgrade, request: Request): void {
    if (!isWelcome(opening, this.settings.allowedOrigins)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    this.sockets?.handleUpgrade(opening, socket, head, (opened) => this.serve(opened, request));
  }

  private serve(socket: WebSocket, request: Request): void {
    socket.on('error', () => undefined); // an error of the client, such as a message that is too long; ws closes the socket
    const close = (code: number, reason: string): void => socket.close(code, reason);
    const closed = this.protocol!.opened(
      {
        protocol: socket.protocol,
        send: (text) => sent(socket, text),
        close: (code = 1000, reason = '') => close(code, reason),
        onMessage: (listen) => {
          socket.on('message', (data: Buffer) => void listen(String(data)).catch(() => close(1011, 'It failed.')));
        },
      },
      { request, close },
    );
    const end = keepAlive(socket);
    socket.once('close', (code, reason) => {
      end();
      void closed(code, String(reason));
    });
  }
}

function sent(socket: WebSocket, text: string): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState === socket.OPEN) socket.send(text, () => resolve());
    else resolve();
  });
}

/** Ends a socket whose client no longer answers, which TCP does not report. */
function keepAlive(socket: WebSocket): () => void {
  let isThere = true;
  socket.on('pong', () => (isThere = true));
  const timer = setInterval(() => {
    if (!isThere) {
      socket.terminate();
      return;
    }
    isThere = false;
    socket.ping();
  }, PING_INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}
