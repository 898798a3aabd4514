import type { Change } from '../../live/change.js';
import type { ChangeStream } from '../../live/change.stream.js';

/**
 * The changes of a stream, whose end is that of its socket. Where the process shuts down, streams end before sockets do; a
 * client that were told "complete" then would take the subscription for done, and not begin it again with its next socket.
 */
export class SocketStream implements AsyncIterableIterator<Change> {
  private readonly gone: Promise<void>;

  /**
   * @param stream null: the process shuts down already
   * @param place aborted with the socket, and here where the subscriber leaves
   */
  constructor(
    private readonly stream: ChangeStream | null,
    private readonly place: AbortController,
  ) {
    const { signal } = place;
    this.gone = signal.aborted
      ? Promise.resolve()
      : new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }

  async next(): Promise<IteratorResult<Change, undefined>> {
    const found = await this.stream?.next();
    if (found && !found.done) return found;
    await this.gone;
    return { done: true, value: undefined };
  }

  return(): Promise<IteratorResult<Change, undefined>> {
    this.place.abort();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
