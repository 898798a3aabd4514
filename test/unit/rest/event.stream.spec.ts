import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { HttpAdapterHost } from '@nestjs/core';
import { ForbiddenError } from '../../../lib/auth/auth.errors.js';
import type { Change } from '../../../lib/live/change.js';
import { ChangeStream } from '../../../lib/live/change.stream.js';
import { EventStreamAnswer } from '../../../lib/rest/event.stream.js';
import { aGate } from '../../support/eventually.js';

/** An answer that takes as much as the test says. */
class SlowAnswer extends EventEmitter {
  readonly written: string[] = [];
  takesMore = true;
  isEnded = false;

  get writableNeedDrain(): boolean {
    return !this.takesMore;
  }

  destroyed = false;

  writeHead(): void {}

  write(text: string): boolean {
    this.written.push(text);
    return this.takesMore;
  }

  end(): void {
    this.isEnded = true;
  }

  destroy(): void {
    this.destroyed = true;
  }

  drain(): void {
    this.takesMore = true;
    this.emit('drain');
  }

  get ids(): readonly string[] {
    return this.written.filter((text) => text.startsWith('event: task.')).map((text) => /id: (.*)/.exec(text)![1]!);
  }
}

const NOWHERE = { task: '0', step: '0' };
const change = (id: number): Change => ({ event: 'task.completed', position: `${id}.0` }) as Change;

let stream: ChangeStream;
let answer: SlowAnswer;
let isClosed: boolean;
let server: { listening: boolean };
let sending: Promise<void>;

beforeEach(async () => {
  jest.useFakeTimers();
  isClosed = false;
  server = { listening: true };
  stream = new ChangeStream({}, NOWHERE, () => {
    isClosed = true;
  });
  answer = new SlowAnswer();
  sending = answers().send(stream, answer);
});
afterEach(() => {
  jest.useRealTimers();
});

function answers(): EventStreamAnswer {
  const httpAdapter = { getType: () => 'express', getHttpServer: () => server };
  return new EventStreamAnswer({ httpAdapter } as unknown as HttpAdapterHost);
}

const happen = (): void => stream.offer([change(1), change(2), change(3)], { task: '3', step: '0' });

const pass = (seconds: number): Promise<void> => jest.advanceTimersByTimeAsync(seconds * 1_000);

describe('a caller that takes nothing', () => {
  beforeEach(() => {
    answer.takesMore = false;
    happen();
  });

  it('is waited for, and told the rest when it takes more', async () => {
    await pass(59);
    expect(answer.ids).toEqual(['1.0']);
    expect(answer.written).toHaveLength(2); // and it was not told either how far it is
    answer.drain();
    await pass(0);
    expect(answer.ids).toEqual(['1.0', '2.0', '3.0']);
    expect(isClosed).toBe(false);
  });

  it('loses its place after a minute, and goes on from what it was told', async () => {
    await pass(61);
    await sending;
    expect([answer.isEnded, isClosed]).toEqual([true, true]);
    expect(answer.ids).toEqual(['1.0']);
  });

  it('is cut off soon after the end, which it would never have heard of', async () => {
    await pass(60.5);
    expect([answer.isEnded, answer.destroyed]).toEqual([true, false]);
    await pass(1);
    expect(answer.destroyed).toBe(true);
  });

  it('has a minute from each time that it took something', async () => {
    await pass(59);
    answer.emit('drain');
    await pass(59);
    expect(answer.isEnded).toBe(false);
    await pass(2);
    await sending;
    expect(answer.ids).toEqual(['1.0', '2.0']);
  });
});

it('a caller that takes nothing is not waited for where the stream is over', async () => {
  answer.takesMore = false;
  happen();
  stream.close();
  await pass(0);
  expect([answer.ids, answer.isEnded]).toEqual([['1.0'], true]);
});

it('nothing is done for a caller after its end', async () => {
  stream.close();
  await sending;
  await pass(2);
  expect(jest.getTimerCount()).toBe(0);
});

it('a caller that takes everything is not limited in time', async () => {
  happen();
  await pass(600);
  expect(answer.ids).toEqual(['1.0', '2.0', '3.0']);
  expect([answer.isEnded, isClosed]).toEqual([false, false]);
});

it('a caller is told why the stream ends, after what was sent', async () => {
  happen();
  await pass(0);
  stream.end(new ForbiddenError('tasker.task:index'));
  await sending;
  expect(answer.written.slice(-2)).toEqual([
    expect.stringContaining('id: 3.0'),
    'event: end\ndata: {"code":"TASKER_FORBIDDEN","message":"The user lacks the permission tasker.task:index."}\n\n',
  ]);
  expect([answer.isEnded, isClosed]).toEqual([true, true]);
});

describe('what has to be decided about a change', () => {
  const shown = aGate<Change>();
  beforeEach(() => {
    stream.close();
    stream = new ChangeStream({}, NOWHERE, () => undefined);
    answer = new SlowAnswer();
    sending = answers().send(stream, answer, () => shown.passed);
    happen();
  });

  it('keeps it from a caller whose stream ends meanwhile', async () => {
    await pass(0);
    stream.end(new ForbiddenError('tasker.task:index'));
    shown.open(change(1));
    await sending;
    expect(answer.ids).toEqual([]);
  });

  it('tells no position meanwhile, as it would be passed over', async () => {
    const undecided = new ChangeStream({}, NOWHERE, () => undefined);
    const silent = new SlowAnswer();
    void answers().send(undecided, silent, () => new Promise<never>(() => undefined));
    undecided.offer([change(1)], { task: '1', step: '0' });
    await pass(16);
    expect(silent.written).toHaveLength(1);
  });
});

it('a caller who hears nothing for long is told how far it is, by an event that every client hands on', async () => {
  await pass(14);
  expect(answer.written).toHaveLength(1);
  stream.offer([], { task: '7', step: '9' });
  await pass(2);
  expect(answer.written).toEqual([
    'retry: 1000\nevent: ready\nid: 0.0\ndata: {"position":"0.0"}\n\n',
    'event: heartbeat\nid: 7.9\ndata: {"position":"7.9"}\n\n',
  ]);
});

it('a server that takes no more requests need not wait for one who listens', async () => {
  await pass(600);
  server.listening = false;
  await pass(1);
  await sending;
  expect([answer.isEnded, isClosed]).toEqual([true, true]);
});

it('a server that never listened, as the host has another one, is not waited for', async () => {
  stream.close();
  await sending;
  server.listening = false;
  stream = new ChangeStream({}, NOWHERE, () => undefined);
  answer = new SlowAnswer();
  sending = answers().send(stream, answer);
  happen();
  await pass(10);
  expect(answer.ids).toEqual(['1.0', '2.0', '3.0']);
  expect(answer.isEnded).toBe(false);
});

it('a caller who left while it was found out who it is keeps no place', () => {
  const host = { httpAdapter: { getType: () => 'express' } } as unknown as HttpAdapterHost;
  const [there, gone] = [new SlowAnswer(), new SlowAnswer()];
  gone.destroyed = true;
  const [ofOne, ofOther] = [there, gone].map((each) => new EventStreamAnswer(host).leaving(each));
  expect([ofOne!.aborted, ofOther!.aborted]).toEqual([false, true]);
  there.emit('close');
  expect(ofOne!.aborted).toBe(true);
});
