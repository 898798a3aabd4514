import { Inject, Injectable, Logger } from '@nestjs/common';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { OperatorGateway } from '../persistence/operator.gateway.js';
import { WorkerGateway } from '../persistence/worker.gateway.js';
import type { AbandonReason } from './engine.errors.js';
import { FactPublisher } from './fact.publisher.js';
import { WorkerIdentity } from './worker.identity.js';
import { Worker } from './worker.js';

/**
 * Looks at every poll interval what was taken away from this process while it ran (cancelled, past a deadline, reaped) and
 * aborts it, and fails tasks past their deadline. A look costs two short queries, so it needs no notice that could be lost.
 */
@Injectable()
export class WorkerWatch {
  private readonly logger = new Logger('TaskerWorker');
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private active = false;
  private failing = false;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly workers: WorkerGateway,
    private readonly operators: OperatorGateway,
    private readonly identity: WorkerIdentity,
    private readonly worker: Worker,
    private readonly facts: FactPublisher,
  ) {}

  start(): void {
    if (this.active) return;
    this.active = true;
    this.lookLater();
  }

  async stop(): Promise<void> {
    this.active = false;
    clearTimeout(this.timer);
    await this.looking;
  }

  /** One look; answers how many attempts it aborted. */
  async lookOnce(): Promise<number> {
    const expired = await this.operators.expireTasks();
    if (expired.changed) this.facts.publishAction(expired);
    return this.abortRevoked();
  }

  /** Does not wait for the next look: something that may run here was just taken away. */
  lookNow(): void {
    if (!this.active) return;
    clearTimeout(this.timer);
    this.looking = this.looking.then(() => this.look()).then(() => this.lookLater());
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

  private lookLater(): void {
    if (!this.active) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.looking = this.look().then(() => this.lookLater());
    }, this.options.worker.pollIntervalMs);
  }

  private async look(): Promise<void> {
    try {
      await this.lookOnce();
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.logger.error('A look for cancelled steps failed; it will be tried again.', error);
      this.failing = true;
    }
  }
}

function reasonOf(state: string | null): AbandonReason {
  if (state === 'cancelled' || state === null) return 'cancelled';
  return state === 'error' ? 'deadline_exceeded' : 'lease_lost';
}
