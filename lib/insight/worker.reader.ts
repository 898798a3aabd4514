import { Injectable } from '@nestjs/common';
import { WorkerListGateway, type QueueDetails, type WorkerDetails } from '../persistence/worker-list.gateway.js';
import type { TaskScope } from '../workflow/task.scope.js';

export type { QueueDetails, WorkerDetails } from '../persistence/worker-list.gateway.js';

/** How long ended workers are shown: long enough to see those lost overnight, and those of the previous deployment. */
const SHOWN_FOR_HOURS = 24;

/** Lists the workers, and the queues with their numbers of steps. */
@Injectable()
export class WorkerReader {
  constructor(private readonly gateway: WorkerListGateway) {}

  /**
   * Returns the running workers, and those that ended within a day, the latest first.
   * @param scope counts only running steps of tasks in scope; all workers are returned in any case
   */
  async workers(scope: TaskScope | null = null): Promise<readonly WorkerDetails[]> {
    return this.gateway.workers(SHOWN_FOR_HOURS, scope);
  }

  /**
   * Returns the queues, by name and namespace.
   * @param scope selects only queues of templates in scope, and counts only steps of tasks in scope
   */
  async queues(scope: TaskScope | null = null): Promise<readonly QueueDetails[]> {
    return this.gateway.queues(scope);
  }
}
