import { describe, expect, it, jest } from '@jest/globals';
import type { HttpAdapterHost } from '@nestjs/core';
import type { WorkerHealth } from '../../../lib/engine/steps/worker.health.js';
import type { HealthReader } from '../../../lib/insight/health.reader.js';
import { HealthController } from '../../../lib/rest/health.controller.js';

describe('the liveness of a process', () => {
  it.each([
    [true, 200],
    [false, 503],
  ])('whose worker moves (%s) is answered with %i', (isAlive, expected) => {
    const status = jest.fn();
    const host = { httpAdapter: { status } } as unknown as HttpAdapterHost;
    const controller = new HealthController({} as HealthReader, { isAlive } as WorkerHealth, host);
    const response = {};
    expect(controller.live(response)).toMatchObject({ alive: isAlive, service: 'tasker' });
    expect(status).toHaveBeenCalledWith(response, expected);
  });
});
