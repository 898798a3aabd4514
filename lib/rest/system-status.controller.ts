import { Header, HttpStatus, Inject } from '@nestjs/common';
import { getStatus } from '../api/system.operations.js';
import type { Scoped } from '../auth/scoped.js';
import { SystemStatusReader, type SystemStatus } from '../insight/system-status.reader.js';
import { Called, type RouteCall } from './route.call.js';
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
  constructor(@Inject(SystemStatusReader) private readonly reader: Scoped<SystemStatusReader>) {}

  /** 200 if healthy, otherwise 503 with the same body. */
  @Route(getStatus, { answers: { 200: 'SystemStatusDocument', 503: 'SystemStatusDocument' } })
  @Header('Cache-Control', 'no-store')
  async status(@Called() call: RouteCall): Promise<SystemStatusDocument> {
    const status = await this.reader.status(call.grant.scope);
    if (!status.healthy) call.status(HttpStatus.SERVICE_UNAVAILABLE);
    return { ...status, timestamp: new Date().toISOString() };
  }
}
