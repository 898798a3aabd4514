import { Inject } from '@nestjs/common';
import { Query } from '@nestjs/graphql';
import { RequirePermission } from '../../auth/require-permission.decorator.js';
import type { Scoped } from '../../auth/scoped.js';
import { WorkerHealth } from '../../engine/steps/worker.health.js';
import { HealthReader } from '../../insight/health.reader.js';
import { SystemStatusReader, type SystemStatus } from '../../insight/system-status.reader.js';
import { WorkerReader, type QueueDetails, type WorkerDetails } from '../../insight/worker.reader.js';
import { getStatus, listQueues, listWorkers } from '../../api/system.operations.js';
import { CurrentExecution, scopeOf, type Execution } from '../graphql.execution.js';
import { OperationQuery } from '../reading/operation.query.js';
import { TaskerResolver } from '../reading/tasker-resolver.decorator.js';
import { AnalyticsType } from './analytics.types.js';
import { HealthType, SystemStatusType } from './system-status.types.js';
import { QueueType, WorkerType } from './worker.types.js';

/** The workers, the queues, the status of the system and the health of the process. */
@TaskerResolver()
export class SystemResolver {
  constructor(
    @Inject(WorkerReader) private readonly workersReader: Scoped<WorkerReader>,
    @Inject(SystemStatusReader) private readonly statusReader: Scoped<SystemStatusReader>,
    private readonly healthReader: HealthReader,
    private readonly worker: WorkerHealth,
  ) {}

  @OperationQuery(() => [WorkerType], listWorkers)
  workers(@CurrentExecution() execution: Execution): Promise<readonly WorkerDetails[]> {
    return this.workersReader.workers(scopeOf(execution));
  }

  @OperationQuery(() => [QueueType], listQueues)
  queues(@CurrentExecution() execution: Execution): Promise<readonly QueueDetails[]> {
    return this.workersReader.queues(scopeOf(execution));
  }

  @OperationQuery(() => SystemStatusType, getStatus)
  systemStatus(@CurrentExecution() execution: Execution): Promise<SystemStatus> {
    return this.statusReader.status(scopeOf(execution));
  }

  @Query(() => HealthType, { description: 'The health of the process that answers the request.' })
  @RequirePermission('tasker.health_status:index')
  async health(): Promise<HealthType> {
    const { ready, checks } = await this.healthReader.ready(this.worker.checks());
    return { ready, checks: Object.entries(checks).map(([name, check]) => ({ name, ...check })) };
  }

  @Query(() => AnalyticsType)
  @RequirePermission('tasker.analytics:index')
  analytics(): object {
    return {};
  }
}
