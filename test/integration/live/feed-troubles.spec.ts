import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { ChangeFeed } from 'nestjs-tasker';
import { ChangeGateway } from '../../../lib/persistence/change.gateway.js';
import { eventually } from '../../support/eventually.js';
import { aTemplate, HANDLER } from '../../support/factories.js';
import { useLab } from '../../support/lab.js';

const lab = useLab();
const template = aTemplate();
const host = lab.share({
  templates: [template],
  handlers: { [HANDLER]: () => 'done' },
  live: { pollIntervalMs: 10 },
});
const feed = (): ChangeFeed => host().get(ChangeFeed);

const rename = (from: string, to: string): Promise<unknown> =>
  lab.query(`alter function __schema__.${from}(bigint, bigint) rename to ${to}`);
const breakReading = () => rename('look_for_changes', 'elsewhere');
const mendReading = () => rename('elsewhere', 'look_for_changes');

afterEach(() => void jest.restoreAllMocks());

describe('a stream', () => {
  it('goes on where readings failed for a while', async () => {
    const stream = await feed().follow();
    const look = jest.spyOn(host().get(ChangeGateway), 'look');
    await breakReading();
    try {
      await eventually(() => expect(look.mock.results.at(-1)?.value).rejects.toThrow());
    } finally {
      await mendReading();
    }
    const { id } = await host().tasks.start(template.request);
    await host().kit.runUntilIdle();
    expect((await stream.next()).value).toMatchObject({ taskId: id, event: 'task.start_requested' });
    stream.close();
  });

  it('is refused where it would begin while nothing can be read', async () => {
    await breakReading();
    try {
      await expect(feed().follow()).rejects.toThrow('look_for_changes');
    } finally {
      await mendReading();
    }
  });

  it('is over at once for a caller that has gone', async () => {
    const stream = await feed().follow({}, undefined, AbortSignal.abort());
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it('is not read any further while its listener takes nothing', async () => {
    const stream = await feed().follow();
    await host().tasks.startMany(Array.from({ length: 150 }, () => template.request));
    await host().kit.runUntilIdle();
    await eventually(() => expect(stream.isFull).toBe(true));
    const look = jest.spyOn(host().get(ChangeGateway), 'look');
    const looks = async (times: number): Promise<void> => {
      look.mockClear();
      await eventually(() => expect(look.mock.calls.length).toBeGreaterThan(times));
    };
    await looks(2); // a reading may have been under way
    const read = jest.spyOn(host().get(ChangeGateway), 'read');
    await host().tasks.startMany(Array.from({ length: 10 }, () => template.request));
    await host().kit.runUntilIdle();
    await looks(5);
    expect(read).not.toHaveBeenCalled();
    stream.close();
  });
});
