import { Inject, Injectable } from '@nestjs/common';
import { WorkerLoop } from '../engine/steps/worker.loop.js';
import type { HealthCheck } from '../insight/health.reader.js';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';

/** Whether this process runs steps, if it is meant to. */
@Injectable()
export class WorkerReadiness {
  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly loop: WorkerLoop,
  ) {}

  /** No check at all in a process that only serves the API. */
  check(): Readonly<Record<string, HealthCheck>> {
    if (!this.options.worker.enabled) return {};
    const began = performance.now();
    const message = this.fault();
    return {
      worker: {
        status: message === null ? 'healthy' : 'unhealthy',
        message: message ?? 'the worker runs',
        responseTimeMs: Math.round((performance.now() - began) * 10) / 10,
      },
    };
  }

  private fault(): string | null {
    const { isActive, lastContactAt } = this.loop;
    if (!isActive) return 'the worker is not started, or stopped';
    if (!lastContactAt) return 'the worker has not reached the database yet';
    // A silence of this length gets a worker declared lost.
    const silentSeconds = (Date.now() - lastContactAt.getTime()) / 1_000;
    return silentSeconds > this.options.worker.leaseSeconds ? 'the worker has lost the database' : null;
  }
}
