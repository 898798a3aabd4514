import { EventEmitter } from 'node:events';
import { describe, expect, it, jest } from '@jest/globals';
import type { Database } from '../../../lib/persistence/database.js';
import { ReadyChannelFactory } from '../../../lib/persistence/ready.channel.js';

/** A connection to a server that does not let anybody listen, as some poolers and standbys do not. */
class DeafClient extends EventEmitter {
  static readonly end = jest.fn(() => Promise.resolve());
  readonly end = DeafClient.end;
  readonly processID = 1;
  connect = (): Promise<void> => Promise.resolve();
  query = (sql: string): Promise<unknown> =>
    sql.startsWith('listen')
      ? Promise.reject(new Error('cannot listen here'))
      : Promise.resolve({ rows: [{ pid: '1' }] });
}

describe('a channel on a connection that may not listen', () => {
  it('is refused, and leaves no connection behind', async () => {
    const driver = { postgres: { Client: DeafClient }, master: { options: {} } };
    const channels = new ReadyChannelFactory({
      schema: 'tasker',
      limitMs: 15_000,
      dataSource: { driver },
    } as unknown as Database);
    const opened = channels.open(
      () => undefined,
      () => undefined,
    );
    await expect(opened).rejects.toThrow('cannot listen here');
    expect(DeafClient.end).toHaveBeenCalledTimes(1);
  });
});
