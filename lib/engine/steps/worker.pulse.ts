import { Inject, Injectable } from '@nestjs/common';
import { TASKER_OPTIONS } from '../../options/options.module.js';
import type { ResolvedOptions } from '../../options/resolve.options.js';
import { StandingFaults } from '../standing.faults.js';
import { WorkerLoop } from './worker.loop.js';

/** Whether something works: what to say when it does, and else what is wrong. */
export interface PulseCheck {
  readonly healthy: string;
  readonly fault: () => string | null;
}

/** Answers whether this process runs steps, if it is meant to, and what else is wrong in it. */
@Injectable()
export class WorkerPulse {
  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly loop: WorkerLoop,
    private readonly faults: StandingFaults,
  ) {}

  /** One check of the worker, which a process that only serves the API lacks, and one for each fault that stands. */
  checks(): Readonly<Record<string, PulseCheck>> {
    const checks: Record<string, PulseCheck> = {};
    if (this.options.worker.enabled) checks.worker = { healthy: 'the worker runs', fault: () => this.fault() };
    for (const [key, sentence] of this.faults.all()) checks[key] = { healthy: 'mended', fault: () => sentence };
    return checks;
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
