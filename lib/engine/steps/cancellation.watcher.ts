import { Inject, Injectable, Logger } from '@nestjs/common';
import { TASKER_OPTIONS } from '../../options/options.module.js';
import type { ResolvedOptions } from '../../options/resolve.options.js';
import { OperatorGateway } from '../../persistence/operator.gateway.js';
import { WorkerGateway, type DatabaseRefusal } from '../../persistence/worker.gateway.js';
import { logText } from '../../workflow/log.text.js';
import type { AbandonReason } from '../engine.errors.js';
import { ReadyNotifier } from '../ready.notifier.js';
import { EventPublisher } from '../events/event.publisher.js';
import { BackgroundService } from '../../background/background.service.js';
import { RecurringWork } from '../../background/recurring.work.js';
import { StandingFaults } from '../../background/standing.faults.js';
import { WorkerIdentity } from './worker.identity.js';
import { Worker } from './worker.js';

/** The time until the next try to end a task that the database refused to end, in milliseconds. */
const REFUSED_MS = 30_000;

const EXPIRY_REFUSED =
  'The database refuses to end some tasks that passed their deadline; other tasks are not affected.';

/**
 * At each poll interval, aborts running steps that this process no longer holds (cancelled, past a deadline, taken
 * back), and fails tasks past their deadline. Two short queries are enough, so it does not depend on notifications,
 * which could be lost.
 */
@Injectable()
export class CancellationWatcher extends BackgroundService {
  private readonly logger = new Logger('TaskerWorker');
  private readonly looking: RecurringWork;
  private readonly expiring: RecurringWork;
  /** Tasks past their deadline that could not be ended, with the time of the next try, by `performance.now()`. */
  private readonly refused = new Map<string, number>();

  constructor(
    @Inject(TASKER_OPTIONS) options: ResolvedOptions,
    private readonly workers: WorkerGateway,
    private readonly operators: OperatorGateway,
    private readonly identity: WorkerIdentity,
    private readonly worker: Worker,
    private readonly ready: ReadyNotifier,
    private readonly events: EventPublisher,
    private readonly faults: StandingFaults,
  ) {
    super();
    const { pollIntervalMs: intervalMs } = options.worker;
    const { logger } = this;
    this.looking = new RecurringWork({
      run: () => this.abortRevoked(),
      intervalMs,
      trouble: 'Failed to search for cancelled steps',
      logger,
      fault: {
        faults,
        key: 'cancelled_steps',
        sentence: 'Steps that are cancelled while they run in this process are not aborted.',
      },
    });
    this.expiring = new RecurringWork({
      run: async () => {
        if (await this.expireTasks()) this.looking.now();
      },
      intervalMs,
      trouble: 'Failed to search for tasks past their deadline',
      logger,
      fault: { faults, key: 'deadlines', sentence: 'This process does not end tasks past their deadline.' },
    });
  }

  /** Searches once. Returns the number of attempts that it aborted. */
  async lookOnce(): Promise<number> {
    await this.expireTasks();
    return this.abortRevoked();
  }

  /** Searches at once, because steps that may run here were just stopped. */
  lookNow(): void {
    this.looking.now();
  }

  protected async onStart(): Promise<void> {
    await Promise.all([this.looking.start(), this.expiring.start()]);
  }

  protected async onStop(): Promise<void> {
    await Promise.all([this.looking.stop(), this.expiring.stop()]);
  }

  /** Returns whether there were any. */
  private async expireTasks(): Promise<boolean> {
    const now = performance.now();
    const left = (): string[] => [...this.refused].filter(([, until]) => until > now).map(([id]) => id);
    let isAny = false;
    for (let isOver = false; !isOver;) {
      const expired = await this.operators.expireTasks(left());
      this.events.publishAction(expired);
      if (expired.steps.length > 0) this.ready.notifyAll(); // stopped steps may make room under limits
      for (const { taskId, ...refusal } of expired.refusals) this.noteRefused(taskId, refusal);
      isAny ||= expired.changed;
      isOver = !expired.changed && expired.refusals.length === 0;
    }
    for (const [id, until] of this.refused) if (until <= now) this.refused.delete(id); // the task has ended or was removed
    if (this.refused.size === 0) this.faults.clear('expired_tasks');
    else this.faults.report('expired_tasks', EXPIRY_REFUSED);
    return isAny;
  }

  private noteRefused(taskId: string, { sqlState, message }: DatabaseRefusal): void {
    if (!this.refused.has(taskId)) {
      this.logger.error(
        `Cannot end task ${taskId}, which passed its deadline; will retry. SQLSTATE ${sqlState}: ${logText(message)}`,
      );
    }
    this.refused.set(taskId, performance.now() + REFUSED_MS);
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
