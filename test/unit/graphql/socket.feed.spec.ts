import { PassThrough, type Duplex } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { ChangeFeed } from 'nestjs-tasker';
import { SocketFeed } from '../../../lib/graphql/subscriptions/socket.feed.js';
import { ChangeStream } from '../../../lib/live/change.stream.js';

/** Follows nothing; its streams close by the signal. */
const feed: Pick<ChangeFeed, 'follow'> = {
  follow: (_filter, _after, signal) => {
    const stream = new ChangeStream({}, { task: '0', step: '0' }, () => undefined);
    signal?.addEventListener('abort', () => stream.close());
    if (signal?.aborted) stream.close();
    return Promise.resolve(stream);
  },
};

function follow(socket?: Duplex, sockets = new SocketFeed(feed as ChangeFeed)): Promise<ChangeStream> {
  return sockets.follow({ req: socket && { socket }, key: {} }, {});
}

describe('what is followed over a socket', () => {
  it('closes with it, and leaves that of others alone', async () => {
    const sockets = new SocketFeed(feed as ChangeFeed);
    const [one, other] = [new PassThrough(), new PassThrough()];
    const [first, second, third] = [
      await follow(one, sockets),
      await follow(one, sockets),
      await follow(other, sockets),
    ];
    one.destroy();
    await Promise.all([first.closed, second.closed]);
    expect(third.isOver).toBe(false);
  });

  it('is closed from the begin where the socket closed before', async () => {
    expect((await follow(new PassThrough().destroy())).isOver).toBe(true);
  });

  it('is a hundred at most, of which some may only be about to begin', async () => {
    const [sockets, socket] = [new SocketFeed(feed as ChangeFeed), new PassThrough()];
    const begun = await Promise.allSettled(Array.from({ length: 101 }, () => follow(socket, sockets)));
    expect(begun.map(({ status }) => status)).toEqual([...Array.from({ length: 100 }, () => 'fulfilled'), 'rejected']);
    expect(begun[100]).toMatchObject({ reason: { code: 'TASKER_TOO_MANY_SUBSCRIPTIONS' } });
  });

  it('takes no place where it could not begin', async () => {
    const failing = { follow: () => Promise.reject(new Error('the database is gone')) };
    const [sockets, socket] = [new SocketFeed(failing as Partial<ChangeFeed> as ChangeFeed), new PassThrough()];
    for (let i = 0; i < 101; i++) await expect(follow(socket, sockets)).rejects.toThrow('the database is gone');
  });

  it('waits at the socket with one listener, however much it is', async () => {
    const [sockets, socket] = [new SocketFeed(feed as ChangeFeed), new PassThrough()];
    const before = socket.listenerCount('close');
    for (let i = 0; i < 20; i++) await follow(socket, sockets);
    expect(socket.listenerCount('close')).toBe(before + 1);
  });

  it('is followed also where the context knows no socket', async () => {
    expect((await follow()).isOver).toBe(false);
  });
});
