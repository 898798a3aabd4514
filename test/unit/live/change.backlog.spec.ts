import { describe, expect, it } from '@jest/globals';
import type { Change } from 'nestjs-tasker';
import { ChangeBacklog } from '../../../lib/live/change.backlog.js';
import { ChangeStream } from '../../../lib/live/change.stream.js';

const NOWHERE = { task: '0', step: '0' };

/** So many changes, each of 1,000 bytes. */
function changes(count: number): readonly Change[] {
  return Array.from({ length: count }, (_, index) => {
    const change = { event: 'task.completed', position: `${index + 1}.0`, reason: '' } as Change;
    return { ...change, reason: 'x'.repeat(1_000 - JSON.stringify(change).length) };
  });
}

const aStream = (backlog: ChangeBacklog, filter = {}): ChangeStream =>
  new ChangeStream(filter, NOWHERE, () => undefined, backlog);

const END = { task: '1000', step: '0' };

describe('changes that wait for listeners', () => {
  it('count once for all listeners at the same place', () => {
    const backlog = new ChangeBacklog(40_000, 4);
    const same = changes(10);
    const streams = Array.from({ length: 4 }, () => aStream(backlog));
    for (const stream of streams) stream.offer(same, END);
    expect(streams.map(({ read }) => read)).toEqual([END, END, END, END]);
  });

  it('are read no further for a listener than there is room, which goes on from there', async () => {
    const stream = aStream(new ChangeBacklog(20_000, 4));
    const all = changes(30);
    stream.offer(all, END);
    expect([stream.read, stream.isFull]).toEqual([{ task: '10', step: '0' }, true]);
    expect(stream.position).toBe('0.0');
    for (let n = 1; n <= 10; n += 1) expect((await stream.next()).value!.position).toBe(`${n}.0`);
    expect([stream.position, stream.isFull]).toEqual(['10.0', false]);
    stream.offer(all.slice(10), END);
    expect(stream.read).toEqual({ task: '20', step: '0' });
  });

  it('leave a listener its share where others fill the budget', () => {
    const backlog = new ChangeBacklog(20_000, 5);
    const first = aStream(backlog);
    first.offer(changes(30), END);
    const others = [1, 2, 3, 4].map(() => aStream(backlog));
    for (const other of others) other.offer(changes(30), END);
    expect([first, ...others].map(({ read }) => read!.task)).toEqual(['10', '2', '2', '2', '2']);
  });

  it('pass over what a listener does not want, whatever its size', () => {
    const stream = aStream(new ChangeBacklog(2_000, 1), { events: ['task.failed'] });
    stream.offer(changes(30), END);
    expect([stream.read, stream.isFull]).toEqual([END, false]);
  });

  it('count no more once their listener has closed, though they may still be taken', async () => {
    const backlog = new ChangeBacklog(20_000, 4);
    const gone = aStream(backlog);
    gone.offer(changes(30), END);
    gone.close();
    gone.offer(changes(30), END);
    const taken: Change[] = [];
    for await (const change of gone) taken.push(change);
    expect(taken).toHaveLength(10);
    const stream = aStream(backlog);
    stream.offer(changes(30), END);
    expect(stream.read!.task).toBe('10');
  });

  it('are a hundred for a listener, however small, until it takes some', async () => {
    const stream = aStream(new ChangeBacklog(Infinity, 1));
    stream.offer(changes(99), { task: '99', step: '0' });
    expect(stream.isFull).toBe(false);
    stream.offer(changes(100).slice(99), { task: '100', step: '0' });
    expect([stream.isFull, stream.position]).toEqual([true, '0.0']);
    await stream.next();
    expect([stream.isFull, stream.position]).toEqual([false, '1.0']);
  });
});
