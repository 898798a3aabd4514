import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { HealthReader } from '../../../lib/insight/health.reader.js';
import type { Database } from '../../../lib/persistence/database.js';
import type { SchemaGuard } from '../../../lib/persistence/schema.guard.js';

const never = (): Promise<never> => new Promise(() => undefined);

describe('the readiness of a process', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('is not waited for longer than probes are patient', async () => {
    const asking = new HealthReader(
      { query: never } as unknown as Database,
      { ensure: never } as unknown as SchemaGuard,
    );
    const said = jest.fn();
    const ready = asking.ready().then(said);
    await jest.advanceTimersByTimeAsync(4_900);
    expect(said).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(200);
    await ready;
    expect(said).toHaveBeenCalledWith({
      ready: false,
      checks: {
        database: { status: 'unhealthy', message: 'the database does not answer', responseTimeMs: expect.any(Number) },
        schema: expect.objectContaining({ status: 'unhealthy' }),
      },
    });
  });
});
