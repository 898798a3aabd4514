import { once } from 'node:events';
import { PassThrough, type Duplex } from 'node:stream';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { ShuttingDownError, type Change } from 'nestjs-tasker';
import type { CallerFeed } from '../../../lib/api/caller.feed.js';
import type { CallerStream } from '../../../lib/api/caller.stream.js';
import { ForbiddenError, UnauthenticatedError } from '../../../lib/auth/auth.errors.js';
import type { Execution } from '../../../lib/graphql/graphql.execution.js';
import { SocketFeed } from '../../../lib/graphql/subscriptions/socket.feed.js';
import { rememberSocket } from '../../../lib/graphql/subscriptions/socket.request.js';
import { ChangeStream } from '../../../lib/live/change.stream.js';

type Follow = CallerFeed['follow'];

const NOWHERE = { task: '0', step: '0' };
const END = { done: true, value: undefined };

let streams: ChangeStream[];
let sockets: SocketFeed;

/** Its streams close by the signal. */
const begin: Follow = (_grant, _filter, _after, signal) => {
  const stream = new ChangeStream({}, NOWHERE, () => undefined);
  streams.push(stream);
  signal?.addEventListener('abort', () => stream.close());
  if (signal?.aborted) stream.close();
  return Promise.resolve({ changes: stream } as CallerStream);
};

const over = (follow: Follow): SocketFeed => new SocketFeed({ follow } as Partial<CallerFeed> as CallerFeed);

beforeEach(() => {
  streams = [];
  sockets = over(begin);
});

const follow = (socket?: Duplex, req: unknown = socket && { socket }): Promise<AsyncIterableIterator<Change>> =>
  sockets.follow({ req, grant: { scope: null } } as unknown as Execution, {});

/** What came of it within one turn of the event loop. */
const now = <T>(promise: Promise<T>): Promise<T | 'nothing'> =>
  Promise.race([promise, new Promise<'nothing'>((resolve) => setImmediate(resolve, 'nothing'))]);

describe('what is followed over a socket', () => {
  it('closes with it, and leaves that of others alone', async () => {
    const [one, other] = [new PassThrough(), new PassThrough()];
    const [first, second, third] = [await follow(one), await follow(one), await follow(other)];
    one.destroy();
    expect(await Promise.all([first.next(), second.next()])).toEqual([END, END]);
    expect(await now(third.next())).toBe('nothing');
    expect(streams.map(({ isOver }) => isOver)).toEqual([true, true, false]);
  });

  it('is closed from the begin where the socket closed before', async () => {
    const socket = new PassThrough().destroy();
    await once(socket, 'close');
    expect(await now((await follow(socket)).next())).toEqual(END);
    expect(streams[0]!.isOver).toBe(true);
  });

  it('ends where the subscriber leaves, and frees its place', async () => {
    const socket = new PassThrough();
    for (let i = 0; i < 101; i++) {
      const followed = await follow(socket);
      const waiting = followed.next();
      await followed.return!();
      expect(await waiting).toEqual(END);
      expect(streams[i]!.isOver).toBe(true);
    }
  });

  it('is not taken by a subscriber who has left, nor from a socket that has closed', async () => {
    const change = { event: 'task.completed' } as Change;
    const [one, other] = [new PassThrough(), new PassThrough()];
    const [left, closed] = [await follow(one), await follow(other)];
    for (const stream of streams) stream.offer([change, change], NOWHERE);
    await left.return!();
    expect(await now(left.next())).toEqual(END);
    const taken = closed.next();
    other.destroy();
    await once(other, 'close');
    expect([await taken, await now(closed.next())]).toEqual([{ done: false, value: change }, END]);
  });

  it('is a hundred at most, of which some may only be about to begin', async () => {
    const socket = new PassThrough();
    const begun = await Promise.allSettled(Array.from({ length: 101 }, () => follow(socket)));
    expect(begun.map(({ status }) => status)).toEqual([...Array.from({ length: 100 }, () => 'fulfilled'), 'rejected']);
    expect(begun[100]).toMatchObject({ reason: { code: 'TASKER_TOO_MANY_SUBSCRIPTIONS' } });
  });

  it('takes no place where it could not begin', async () => {
    sockets = over(() => Promise.reject(new Error('the database is gone')));
    const socket = new PassThrough();
    for (let i = 0; i < 101; i++) await expect(follow(socket)).rejects.toThrow('the database is gone');
  });

  it('waits at the socket with one listener, however much it is', async () => {
    const socket = new PassThrough();
    const before = socket.listenerCount('close');
    for (let i = 0; i < 20; i++) await follow(socket);
    expect(socket.listenerCount('close')).toBe(before + 1);
  });

  it('is followed also where the context knows no socket', async () => {
    expect(await now((await follow()).next())).toBe('nothing');
  });

  it('falls silent when the process shuts down, and ends with its socket', async () => {
    const socket = new PassThrough();
    const followed = await follow(socket);
    streams[0]!.offer([{ event: 'task.completed' } as Change], NOWHERE);
    streams[0]!.close();
    expect(await followed.next()).toMatchObject({ done: false, value: { event: 'task.completed' } });
    const last = followed.next();
    expect(await now(last)).toBe('nothing');
    socket.destroy();
    expect(await last).toEqual(END);
  });

  it('ends with the reason of its stream, and frees its place', async () => {
    const socket = new PassThrough();
    for (let i = 0; i < 101; i++) {
      const next = (await follow(socket)).next();
      streams[i]!.end(new ForbiddenError('tasker.task:index'));
      await expect(next).rejects.toMatchObject({ extensions: { code: 'TASKER_FORBIDDEN' } });
    }
  });

  it('ends without a socket as its stream does', async () => {
    const [closed, refused] = [await follow(), await follow()];
    streams[0]!.offer([{ event: 'task.completed' } as Change], NOWHERE);
    streams[0]!.close();
    expect(await closed.next()).toMatchObject({ done: false, value: { event: 'task.completed' } });
    expect(await now(closed.next())).toEqual(END);
    streams[1]!.end(new UnauthenticatedError());
    await expect(refused.next()).rejects.toMatchObject({ extensions: { code: 'TASKER_UNAUTHENTICATED' } });
  });

  it('closes its socket if it is ours and nobody knows any more who the user is', async () => {
    const [ours, other] = [new PassThrough(), new PassThrough()];
    const req = { socket: ours };
    const closings: unknown[][] = [];
    rememberSocket(req, (...closing) => closings.push(closing));
    const [next, second, third] = [(await follow(ours, req)).next(), await follow(ours, req), await follow(other)];
    streams[0]!.end(new UnauthenticatedError());
    expect(await now(next)).toBe('nothing');
    expect(closings).toEqual([[4403, 'The request is not authenticated.']]);
    streams[1]!.end(new ForbiddenError('tasker.task:index'));
    await expect(second.next()).rejects.toMatchObject({ extensions: { code: 'TASKER_FORBIDDEN' } });
    streams[2]!.end(new UnauthenticatedError());
    await expect(third.next()).rejects.toMatchObject({ extensions: { code: 'TASKER_UNAUTHENTICATED' } });
    expect(closings).toHaveLength(1);
    ours.destroy();
    expect(await next).toEqual(END);
  });

  it('is silent from the begin where the process shuts down already', async () => {
    sockets = over(() => Promise.reject(new ShuttingDownError()));
    const socket = new PassThrough();
    const waiting = (await follow(socket)).next();
    expect(await now(waiting)).toBe('nothing');
    socket.destroy();
    expect(await waiting).toEqual(END);
  });
});
