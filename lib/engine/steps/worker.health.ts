import { Inject, Injectable } from '@nestjs/common';
import { TASKER_OPTIONS } from '../../options/options.module.js';
import type { ResolvedOptions } from '../../options/resolve.options.js';
import { EngineLifecycle } from '../engine.lifecycle.js';
import { StandingFaults } from '../../background/standing.faults.js';
import { WorkerMaintenance } from './worker.maintenance.js';
import { WorkerLoop } from './worker.loop.js';

/** The number of poll intervals without progress that counts as a fault. */
const SEVERAL = 5;

/** A health check, with the message or the fault. */
export interface WorkerCheck {
  readonly healthy: string;
  readonly fault: () => string | null;
}

const SHUTDOWN: WorkerCheck = { healthy: 'running', fault: () => 'the application is shutting down' };

/** Reports whether this process runs the steps that it should, and its other faults. */
@Injectable()
export class WorkerHealth {
  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly loop: WorkerLoop,
    private readonly faults: StandingFaults,
    private readonly lifecycle: EngineLifecycle,
    private readonly maintenance: WorkerMaintenance,
  ) {}

  /**
   * False if passes have waited for the database for several poll intervals, and longer than a statement may take. This
   * process makes no progress then, and a new process may get better connections. If the database refuses connections,
   * the loop goes on.
   */
  get isAlive(): boolean {
    const { pollIntervalMs } = this.options.worker;
    return this.loop.stalledMs <= SEVERAL * pollIntervalMs + this.options.database.statementTimeoutMs;
  }

  /**
   * The checks: one of the worker, unless the process only serves the API; one for each standing fault; and during a
   * shutdown, one that reports it.
   */
  checks(): Readonly<Record<string, WorkerCheck>> {
    const checks: Record<string, WorkerCheck> = {};
    if (this.options.worker.enabled) {
      const healthy = this.isAwaited ? 'the worker has not been started by the application yet' : 'the worker runs';
      checks.worker = { healthy, fault: () => this.fault() };
    }
    if (this.lifecycle.isStopping) checks.shutdown = SHUTDOWN;
    for (const [key, sentence] of this.faults.all()) checks[key] = { healthy: 'mended', fault: () => sentence };
    return checks;
  }

  /** True until a worker with `start: 'manual'` is started: the host may accept requests long before it runs steps. */
  private get isAwaited(): boolean {
    return this.options.worker.start === 'manual' && !this.lifecycle.isStarted;
  }

  private fault(): string | null {
    if (this.isAwaited) return null;
    if (!this.loop.isActive) return 'the worker has not been started, or has stopped';
    // A worker that is full runs no passes, but sends heartbeats.
    const contacts = [this.loop.lastContactAt, this.maintenance.lastHeartbeatAt].map((at) => at?.getTime() ?? 0);
    const latest = Math.max(...contacts);
    if (latest === 0) return 'the worker has not reached the database yet';
    if (!this.isAlive) return 'the worker makes no progress, because the database does not respond';
    // After this time without contact, a worker is declared lost.
    const silentSeconds = (Date.now() - latest) / 1_000;
    return silentSeconds > this.options.worker.leaseSeconds ? 'the worker has lost the database' : null;
  }
}
