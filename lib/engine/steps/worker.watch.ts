import { Inject, Injectable, Logger } from '@nestjs/common';
import { TASKER_OPTIONS } from '../../options/options.module.js';
import type { ResolvedOptions } from '../../options/resolve.options.js';
import { OperatorGateway } from '../../persistence/operator.gateway.js';
import { WorkerGateway } from '../../persistence/worker.gateway.js';
import type { AbandonReason } from '../engine.errors.js';
import { FactPublisher } from './fact.publisher.js';
import { RecurringWork } from '../recurring.work.js';
import { WorkerIdentity } from './worker.identity.js';
import { Worker } from './worker.js';

/**
 * Looks at every poll interval what was taken away from this process while it ran (cancelled, past a deadline, reaped) and
 * aborts it, and fails tasks past their deadline. A look costs two short queries, so it needs no notice that could be lost.
 */
@Injectable()
export class WorkerWatch {
  private readonly looking: RecurringWork;

  constructor(
    @Inject(TASKER_OPTIONS) options: ResolvedOptions,
    private readonly workers: WorkerGateway,
    private readonly operators: OperatorGateway,
    private readonly identity: WorkerIdentity,
    private readonly worker: Worker,
    private readonly facts: FactPublisher,
  ) {
    this.looking = new RecurringWork({
      run: () => this.lookOnce(),
      intervalMs: options.worker.pollIntervalMs,
      trouble: 'A look for cancelled steps failed',
      logger: new Logger('TaskerWorker'),
    });
  }

  start(): void {
    this.looking.start();
  }

  async stop(): Promise<void> {
    await this.looking.stop();
  }

  /** One look; answers how many attempts it aborted. */
  async lookOnce(): Promise<number> {
    for (let isOver = false; !isOver;) {
      const expired = await this.operators.expireTasks();
      this.facts.publishAction(expired);
      isOver = !expired.changed;
    }
    return this.abortRevoked();
  }

  /** Does not wait for the next look: something that may run here was just taken away. */
  lookNow(): void {
    this.looking.now();
  }

  private async abortRevoked(): Promise<number> {
    const workerId = this.identity.current();
    const running = this.worker.claims();
    if (workerId === null || running.length === 0) return 0;
    const revoked = await this.workers.findRevokedSteps(workerId, running);
    const byId = new Map(running.map((claimed) => [claimed.id, claimed]));
    for (const { id, state } of revoked) this.worker.revoke(byId.get(id)!, reasonOf(state));
    return revoked.length;
  }
}

function reasonOf(state: string | null): AbandonReason {
  if (state === 'cancelled' || state === null) return 'cancelled';
  return state === 'error' ? 'deadline_exceeded' : 'lease_lost';
}
