import { Header, HttpStatus, Inject, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { getStatus } from '../api/system.operations.js';
import { Granted, type Grant } from '../auth/grant.js';
import type { Scoped } from '../auth/scoped.js';
import { SystemStatusReader, type SystemStatus } from '../insight/system-status.reader.js';
import { Route } from './route.decorator.js';
import { TaskerController } from './tasker-controller.decorator.js';

export interface SystemStatusDocument extends SystemStatus {
  readonly timestamp: string;
}

/**
 * For people and monitoring. In contrast to the probes, it reveals details about the work, and so needs a permission.
 */
@TaskerController('Health')
export class SystemStatusController {
  constructor(
    @Inject(SystemStatusReader) private readonly reader: Scoped<SystemStatusReader>,
    private readonly host: HttpAdapterHost,
  ) {}

  /** 200 if healthy, otherwise 503 with the same body. */
  @Route(getStatus, { answers: { 200: 'SystemStatusDocument', 503: 'SystemStatusDocument' } })
  @Header('Cache-Control', 'no-store')
  async status(
    @Res({ passthrough: true }) response: unknown,
    @Granted() { scope }: Grant,
  ): Promise<SystemStatusDocument> {
    const status = await this.reader.status(scope);
    if (!status.healthy) this.host.httpAdapter.status(response, HttpStatus.SERVICE_UNAVAILABLE);
    return { ...status, timestamp: new Date().toISOString() };
  }
}
