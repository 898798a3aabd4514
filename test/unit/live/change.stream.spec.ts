import { describe, expect, it } from '@jest/globals';
import type { Change } from '../../../lib/live/change.js';
import { positionText } from '../../../lib/live/change.position.js';
import { ChangeStream } from '../../../lib/live/change.stream.js';

const at = (id: number): { readonly task: string; readonly step: string } => ({ task: String(id), step: '0' });
const change = (id: number): Change => ({ event: 'task.completed', position: `${id}.0` }) as Change;

function aStream(): ChangeStream {
  const stream = new ChangeStream({}, at(0), () => undefined, undefined, { namespaces: ['shop', 'office'] });
  stream.offer([change(1), change(2), change(3)], at(5));
  return stream;
}

const readTo = ({ read }: ChangeStream): string => positionText(read!);

describe('a stream that gets another scope', () => {
  it('drops what waits, which is read again from the last change that was taken', async () => {
    const stream = aStream();
    await stream.next();
    stream.continueIn({ namespaces: ['shop'] });
    expect([readTo(stream), stream.position, stream.scope]).toEqual(['1.0', '1.0', { namespaces: ['shop'] }]);
    stream.offer([change(3)], at(5));
    expect((await stream.next()).value).toEqual(change(3));
    expect(stream.position).toBe('5.0');
  });

  it('stays where it is if nothing waits, but takes no reading that began before', async () => {
    const stream = aStream();
    for (let i = 0; i < 3; i++) await stream.next();
    const before = stream.read;
    stream.continueIn(null);
    expect(readTo(stream)).toBe('5.0');
    expect(stream.read).not.toBe(before);
  });

  it('keeps what waits if the scope is the same', () => {
    const stream = aStream();
    const before = stream.read;
    stream.continueIn({ namespaces: ['shop', 'office'] });
    expect(stream.read).toBe(before);
  });
});

it('a stream that is held takes nothing until it gets a scope', () => {
  const stream = aStream();
  stream.hold();
  expect([stream.isFull, stream.isOver, readTo(stream)]).toEqual([true, false, '0.0']);
  stream.continueIn(stream.scope);
  expect(stream.isFull).toBe(false);
});

it('a stream that ends for a reason hands out nothing more', async () => {
  const stream = aStream();
  const reason = new Error('not on Sundays');
  stream.end(reason);
  expect(await stream.next()).toEqual({ done: true, value: undefined });
  expect([stream.isOver, stream.reason]).toEqual([true, reason]);
});

it('a stream that was closed has no reason, and hands out what waits', async () => {
  const stream = aStream();
  stream.close();
  stream.end(new Error('too late'));
  expect((await stream.next()).value).toEqual(change(1));
  expect(stream.reason).toBeNull();
});
