import { Injectable } from '@nestjs/common';
import { WorkerListGateway, type QueueDetails, type WorkerDetails } from '../persistence/worker-list.gateway.js';

export type { QueueDetails, WorkerDetails } from '../persistence/worker-list.gateway.js';

/** Ended ones are shown for so long: a deployment before, and what was lost over night. */
const SHOWN_FOR_HOURS = 24;

/** Answers who runs steps, and what waits to be run. */
@Injectable()
export class WorkerReader {
  constructor(private readonly gateway: WorkerListGateway) {}

  /** Those that run, and those that ended within a day; the latest first. */
  workers(): Promise<readonly WorkerDetails[]> {
    return this.gateway.workers(SHOWN_FOR_HOURS);
  }

  /** By queue and namespace. */
  queues(): Promise<readonly QueueDetails[]> {
    return this.gateway.queues();
  }
}
