import { Injectable } from '@nestjs/common';
import { WorkerListGateway, type QueueDetails, type WorkerDetails } from '../persistence/worker-list.gateway.js';
import type { TaskScope } from '../workflow/task.scope.js';

export type { QueueDetails, WorkerDetails } from '../persistence/worker-list.gateway.js';

/** Ended ones are shown for so long: a deployment before, and what was lost over night. */
const SHOWN_FOR_HOURS = 24;

/** Lists the workers, and the queues with what is waiting in them. */
@Injectable()
export class WorkerReader {
  constructor(private readonly gateway: WorkerListGateway) {}

  /**
   * Those that run, and those that ended within a day; the latest first.
   * @param scope all workers are answered whatever it is, but only steps of tasks in it count as running
   */
  async workers(scope: TaskScope | null = null): Promise<readonly WorkerDetails[]> {
    return this.gateway.workers(SHOWN_FOR_HOURS, scope);
  }

  /**
   * By queue and namespace.
   * @param scope only queues of templates in it, and only steps of tasks in it
   */
  async queues(scope: TaskScope | null = null): Promise<readonly QueueDetails[]> {
    return this.gateway.queues(scope);
  }
}
