import { Get, Header } from '@nestjs/common';
import { RequirePermission } from '../auth/require-permission.decorator.js';
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
  constructor(private readonly reader: WorkerReader) {}

  @Get('workers')
  @Header('Cache-Control', 'no-store')
  @RequirePermission('tasker.health_status:index')
  async workers(): Promise<WorkerListDocument> {
    return { workers: await this.reader.workers() };
  }

  @Get('queues')
  @Header('Cache-Control', 'no-store')
  @RequirePermission('tasker.health_status:index')
  async queues(): Promise<QueueListDocument> {
    return { queues: await this.reader.queues() };
  }
}
