import { Header, Inject } from '@nestjs/common';
import { listQueues, listWorkers } from '../api/system.operations.js';
import { Granted, type Grant } from '../auth/grant.js';
import type { Scoped } from '../auth/scoped.js';
import { WorkerReader, type QueueDetails, type WorkerDetails } from '../insight/worker.reader.js';
import { Route } from './route.decorator.js';
import { TaskerController } from './tasker-controller.decorator.js';

export interface WorkerListDocument {
  readonly workers: readonly WorkerDetails[];
}

export interface QueueListDocument {
  readonly queues: readonly QueueDetails[];
}

/** The workers and the queues. */
@TaskerController('Operations')
export class WorkersController {
  constructor(@Inject(WorkerReader) private readonly reader: Scoped<WorkerReader>) {}

  @Route(listWorkers, { answers: { 200: 'WorkerListDocument' } })
  @Header('Cache-Control', 'no-store')
  async workers(@Granted() { scope }: Grant): Promise<WorkerListDocument> {
    return { workers: await this.reader.workers(scope) };
  }

  @Route(listQueues, { answers: { 200: 'QueueListDocument' }, problems: [422] })
  @Header('Cache-Control', 'no-store')
  async queues(@Granted() { scope }: Grant): Promise<QueueListDocument> {
    return { queues: await this.reader.queues(scope) };
  }
}
