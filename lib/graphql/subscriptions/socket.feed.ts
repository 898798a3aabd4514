import { Duplex } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import type { Scoped } from '../../auth/scoped.js';
import type { Change } from '../../live/change.js';
import { ChangeFeed } from '../../live/change.feed.js';
import type { ChangeFilter } from '../../live/change.filter.js';
import type { ChangeStream } from '../../live/change.stream.js';
import { ShuttingDownError } from '../../live/live.errors.js';
import type { TaskScope } from '../../workflow/task.scope.js';
import { scopeOf, type Execution } from '../graphql.execution.js';
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

  constructor(@Inject(ChangeFeed) private readonly feed: Scoped<ChangeFeed>) {}

  /** @throws TooManySubscriptionsError, and as `ChangeFeed.follow()` */
  async follow(execution: Execution, filter: ChangeFilter, after?: string): Promise<AsyncIterableIterator<Change>> {
    const socket = socketOf(execution.req);
    const scope = scopeOf(execution);
    if (!socket) return this.feed.follow(filter, after, undefined, scope);
    const open = this.openOver(socket);
    if (open.size >= MAX_PER_SOCKET) throw new TooManySubscriptionsError(MAX_PER_SOCKET);
    const place = new AbortController();
    open.add(place);
    place.signal.addEventListener('abort', () => open.delete(place), { once: true });
    if (socket.destroyed) place.abort(); // it closed while the caller was authenticated
    try {
      return new SocketStream(await this.streamOf(filter, after, place.signal, scope), place);
    } catch (error) {
      place.abort();
      throw error;
    }
  }

  /** Null where the process shuts down, and the socket will be closed: a refusal would be final, and the next one may be taken. */
  private async streamOf(
    filter: ChangeFilter,
    after: string | undefined,
    signal: AbortSignal,
    scope: TaskScope | null,
  ): Promise<ChangeStream | null> {
    try {
      return await this.feed.follow(filter, after, signal, scope);
    } catch (error) {
      if (error instanceof ShuttingDownError) return null;
      throw error;
    }
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

/** That of the request that opened it, on Express and Fastify. A host can have put something else into the context. */
function socketOf(req: unknown): Duplex | null {
  const socket = (req as { readonly socket?: unknown } | null | undefined)?.socket;
  return socket instanceof Duplex ? socket : null;
}
