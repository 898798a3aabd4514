import { Duplex } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { CallerFeed } from '../../api/caller.feed.js';
import { isUnauthenticated } from '../../auth/auth.errors.js';
import type { Change } from '../../live/change.js';
import type { ChangeFilter } from '../../live/change.filter.js';
import { ShuttingDownError } from '../../live/live.errors.js';
import { graphqlErrorOf } from '../graphql.error.js';
import { grantIn, type Execution } from '../graphql.execution.js';
import { refusalOf } from './connection.refusal.js';
import { closerOf } from './socket.request.js';
import { SocketStream } from './socket.stream.js';
import { TooManySubscriptionsError } from './subscription.errors.js';

/** So that a page which forgets to end its subscriptions leaves places for others; `live.maxListeners` is for all sockets together. */
const MAX_PER_SOCKET = 100;

/**
 * Changes for the client of a socket. All its subscriptions end with the socket. The drivers end subscriptions, too,
 * but by the ids that the client chose: if it uses an id twice, they can forget the first subscription, which would
 * listen for ever.
 */
@Injectable()
export class SocketFeed {
  private readonly sockets = new WeakMap<Duplex, Set<AbortController>>();

  constructor(private readonly feed: CallerFeed) {}

  /** @throws TooManySubscriptionsError, and as `CallerFeed.follow()` */
  async follow(execution: Execution, filter: ChangeFilter, after?: string): Promise<AsyncIterableIterator<Change>> {
    const { req } = execution;
    const socket = socketOf(req);
    const place = socket ? this.placeOver(socket) : new AbortController();
    try {
      const { changes: stream } = await this.feed.follow(grantIn(execution), filter, after, place.signal);
      return new SocketStream(stream, place, socket !== null, (reason) => refuse(reason, req));
    } catch (error) {
      // A refusal would be final. During a shutdown, the socket will be closed, and the client may subscribe again over
      // the next one.
      if (socket && error instanceof ShuttingDownError) return new SocketStream(null, place, true, () => undefined);
      place.abort();
      throw error;
    }
  }

  private placeOver(socket: Duplex): AbortController {
    const open = this.openOver(socket);
    if (open.size >= MAX_PER_SOCKET) throw new TooManySubscriptionsError(MAX_PER_SOCKET);
    const place = new AbortController();
    open.add(place);
    place.signal.addEventListener('abort', () => open.delete(place), { once: true });
    if (socket.destroyed) place.abort(); // it closed while the caller was authenticated
    return place;
  }

  /** The open subscriptions of a socket. One listener is enough for all: Node warns about more than ten. */
  private openOver(socket: Duplex): Set<AbortController> {
    const known = this.sockets.get(socket);
    if (known) return known;
    const open = new Set<AbortController>();
    this.sockets.set(socket, open);
    socket.once('close', () => {
      for (const place of open) place.abort();
    });
    return open;
  }
}

/**
 * Ends a subscription whose user may no longer follow it. If the user is no longer authenticated, the socket is closed,
 * unless it belongs to the host's API.
 */
function refuse(reason: unknown, req: unknown): void {
  const close = isUnauthenticated(reason) ? closerOf(req) : undefined;
  if (!close) throw graphqlErrorOf(reason, req);
  const refusal = refusalOf(reason);
  close(refusal.code, refusal.reason);
}

/**
 * The socket of the request that opened it, on Express and Fastify. A host may have set something else as the request.
 */
function socketOf(req: unknown): Duplex | null {
  const socket = (req as { readonly socket?: unknown } | null | undefined)?.socket;
  return socket instanceof Duplex ? socket : null;
}
