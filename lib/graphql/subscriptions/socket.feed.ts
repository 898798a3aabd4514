import { Duplex } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { CallerFeed } from '../../api/caller.feed.js';
import type { Change } from '../../live/change.js';
import type { ChangeFilter } from '../../live/change.filter.js';
import { ShuttingDownError } from '../../live/live.errors.js';
import { graphqlErrorOf } from '../graphql.error.js';
import { grantIn, type Execution } from '../graphql.execution.js';
import { isUnauthenticated, refusalOf } from './connection.refusal.js';
import { closerOf } from './socket.request.js';
import { SocketStream } from './socket.stream.js';
import { TooManySubscriptionsError } from './subscription.errors.js';

/** So that a page which forgets to end its subscriptions leaves places for others; `live.maxListeners` is for all sockets together. */
const MAX_PER_SOCKET = 100;

/**
 * Changes for whoever opened a socket; with it ends all that is followed over it. The drivers end subscriptions, too, but know
 * them by the ids that the client gave: where it uses one twice, they can forget the first, which would listen for ever.
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
      if (!socket) void stream.closed.then(() => place.abort());
      return new SocketStream(stream, place, (reason) => refuse(reason, req));
    } catch (error) {
      // A refusal would be final. When the process shuts down, the socket will be closed, and the next one may be taken.
      if (socket && error instanceof ShuttingDownError) return new SocketStream(null, place, () => undefined);
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

  /** What is open over a socket. One listener to it does for all: more than ten would be warned of. */
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
 * Ends a subscription whose user may no longer follow it. A user who is not authenticated any more has nothing to do on the socket:
 * it is closed if it is ours.
 */
function refuse(reason: unknown, req: unknown): void {
  const close = isUnauthenticated(reason) ? closerOf(req) : undefined;
  if (!close) throw graphqlErrorOf(reason, req);
  const refusal = refusalOf(reason);
  close(refusal.code, refusal.reason);
}

/** That of the request that opened it, on Express and Fastify. A host can have put something else into the context. */
function socketOf(req: unknown): Duplex | null {
  const socket = (req as { readonly socket?: unknown } | null | undefined)?.socket;
  return socket instanceof Duplex ? socket : null;
}
