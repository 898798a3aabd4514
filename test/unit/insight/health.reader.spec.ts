import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { HealthReader } from '../../../lib/insight/health.reader.js';
import type { Database } from '../../../lib/persistence/database.js';
import type { SchemaGuard } from '../../../lib/persistence/schema.guard.js';

/** A reader of a database that answers as the test says, with a schema that fits. */
const readerOf = (query: () => Promise<unknown>): HealthReader =>
  new HealthReader({ query } as unknown as Database, { ensure: () => Promise.resolve() } as unknown as SchemaGuard);

describe('the health of a process', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is good where the database answers, after which nothing is waited for', async () => {
    const { ready, checks } = await readerOf(() => Promise.resolve([])).ready();
    expect([ready, checks.database!.message]).toEqual([true, 'the database responds']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is bad where the database fails, whose words are kept from the caller', async () => {
    const { ready, checks } = await readerOf(() => Promise.reject(new Error('no route to 10.0.0.7'))).ready();
    expect([ready, checks.database!.message]).toEqual([false, 'the database does not respond']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is bad where the database does not answer within five seconds', async () => {
    const asked = readerOf(() => new Promise(() => undefined)).ready();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(await asked).toMatchObject({
      ready: false,
      checks: { database: { status: 'unhealthy' }, schema: { status: 'healthy' } },
    });
  });

  it('is bad where anything else that is looked at is', async () => {
    const further = { worker: { healthy: 'the worker runs', fault: () => 'the worker has stopped' } };
    expect(await readerOf(() => Promise.resolve([])).ready(further)).toMatchObject({
      ready: false,
      checks: { worker: { status: 'unhealthy', message: 'the worker has stopped' } },
    });
  });
});
