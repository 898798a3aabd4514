import { Get, Header, Inject } from '@nestjs/common';
import { Granted, type Grant } from '../auth/grant.js';
import { RequirePermission } from '../auth/require-permission.decorator.js';
import type { Scoped } from '../auth/scoped.js';
import { WorkerReader, type QueueDetails, type WorkerDetails } from '../insight/worker.reader.js';
import { TaskerController } from './tasker-controller.decorator.js';

export interface WorkerListDocument {
  readonly workers: readonly WorkerDetails[];
}

export interface QueueListDocument {
  readonly queues: readonly QueueDetails[];
}

/** Who runs steps, and what waits to be run. */
@TaskerController('')
export class WorkersController {
  constructor(@Inject(WorkerReader) private readonly reader: Scoped<WorkerReader>) {}

  @Get('workers')
  @Header('Cache-Control', 'no-store')
  @RequirePermission('tasker.health_status:index')
  async workers(@Granted() { scope }: Grant): Promise<WorkerListDocument> {
    return { workers: await this.reader.workers(scope) };
  }

  @Get('queues')
  @Header('Cache-Control', 'no-store')
  @RequirePermission('tasker.health_status:index')
  async queues(@Granted() { scope }: Grant): Promise<QueueListDocument> {
    return { queues: await this.reader.queues(scope) };
  }
}
