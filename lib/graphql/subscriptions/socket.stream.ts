import type { Change } from '../../live/change.js';
import type { ChangeStream } from '../../live/change.stream.js';

/**
 * The changes of a stream, which ends only with its socket. At shutdown, streams end before sockets; a client that got
 * "complete" would consider the subscription done, and not begin it again over its next socket.
 */
export class SocketStream implements AsyncIterableIterator<Change> {
  private readonly gone: Promise<void>;

  /**
   * @param stream null: the process shuts down already
   * @param place aborted with the socket, and here when the subscriber leaves: changes that wait are not taken any more
   * @param hasSocket without a socket, this ends with the stream
   * @param refuse is called with the reason why the stream ended: it throws what the subscriber is told, or closes the socket
   */
  constructor(
    private readonly stream: ChangeStream | null,
    private readonly place: AbortController,
    private readonly hasSocket: boolean,
    private readonly refuse: (reason: unknown) => void,
  ) {
    const { signal } = place;
    this.gone = signal.aborted
      ? Promise.resolve()
      : new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }

  async next(): Promise<IteratorResult<Change, undefined>> {
    const { signal } = this.place;
    const found = signal.aborted ? undefined : await this.stream?.next();
    if (found && !found.done && !signal.aborted) return found;
    this.tellReason();
    if (this.hasSocket) await this.gone;
    return { done: true, value: undefined };
  }

  /** @throws what the subscriber is told; the subscription is over then */
  private tellReason(): void {
    const reason = this.stream?.reason ?? null;
    if (reason === null) return;
    try {
      this.refuse(reason);
    } catch (error) {
      this.place.abort();
      throw error;
    }
  }

  return(): Promise<IteratorResult<Change, undefined>> {
    this.place.abort();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
