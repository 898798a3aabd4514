import { Inject, Injectable, Logger } from '@nestjs/common';
import { TASKER_OPTIONS } from '../../options/options.module.js';
import type { ResolvedOptions } from '../../options/resolve.options.js';
import type { ClaimedStep } from '../../persistence/worker.gateway.js';
import { logText } from '../../workflow/log.text.js';
import { ClaimTooLargeError, MissingTemplateError, type AbandonReason } from '../engine.errors.js';
import { EngineSignals } from '../engine.signals.js';
import { StepTemplateCache } from './step-template.cache.js';
import { failedForGood, released, type StepOutcome } from './step.outcome.js';
import { StepRunner, type RunningStep } from './step.runner.js';
import { StepTransactions } from './step.transactions.js';

/** The steps that run in this process: begins claimed steps, and reports the outcome of each, unless it was dropped. */
@Injectable()
export class RunningSteps {
  private readonly logger = new Logger('TaskerWorker');
  private readonly running = new Map<string, RunningStep>();
  private readonly without = new Set<string>();
  private peak = 0;
  private draining = false;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly definitions: StepTemplateCache,
    private readonly runner: StepRunner,
    private readonly transactions: StepTransactions,
    private readonly signals: EngineSignals,
  ) {}

  get size(): number {
    return this.running.size;
  }

  /** True if no more steps begin. */
  get isDraining(): boolean {
    return this.draining;
  }

  /** Ids of step templates that this process cannot run. */
  get foreignIds(): Iterable<string> {
    return this.without;
  }

  /** The highest number of steps that ran at the same time since the previous call. */
  takePeak(): number {
    const { peak } = this;
    this.peak = this.running.size;
    return peak;
  }

  /** Begins no more steps: those that still arrive are handed back at once, and so are those that fail. */
  drain(): void {
    this.draining = true;
  }

  /** Runs a claimed step whose templates are loaded, or ends it at once if this process cannot run it. */
  begin(claimed: ClaimedStep): void {
    const running = this.running.get(claimed.id);
    if (running && running.claimed.attemptNumber >= claimed.attemptNumber) return; // the claim is out of date: the step was taken back since
    const missing = this.definitions.missingFor(claimed);
    if (missing !== undefined) {
      this.signals.stepEnded.emit(failedForGood(claimed, new MissingTemplateError(missing)));
      return;
    }
    const definition = this.definitions.get(claimed.templateId);
    if (!definition?.handler) {
      this.without.add(claimed.templateId);
      this.handBack(claimed);
      return;
    }
    if (claimed.tooLargeBytes !== null) {
      const { maxClaimBytes } = this.options.worker;
      this.signals.stepEnded.emit(failedForGood(claimed, new ClaimTooLargeError(claimed.tooLargeBytes, maxClaimBytes)));
      return;
    }
    if (definition.isTransactional && !this.transactions.reserve()) {
      this.handBack(claimed); // to another process; from now on, claims ask for no more than there are places
      return;
    }
    running?.abandon('lease_lost'); // an earlier attempt that was taken back without the knowledge of this process
    const step = this.runner.run(claimed, definition, definition.handler);
    this.running.set(claimed.id, step);
    this.peak = Math.max(this.peak, this.running.size);
    // A StepRunner's outcome never rejects.
    void step.outcome.then((outcome) => {
      // After a lost lease the same step may run here again, under the worker's new identity.
      const isDropped = this.running.get(claimed.id) !== step;
      if (isDropped && !outcome.recorded) return; // what is recorded counts all the same
      if (!isDropped) this.running.delete(claimed.id);
      this.signals.stepEnded.emit(this.draining ? this.uncounted(outcome) : outcome);
    });
  }

  /**
   * Hands a claimed step back without running it. The attempt does not count. The step is due again at once, or after a
   * wait.
   */
  handBack(claimed: ClaimedStep, afterSeconds?: number): void {
    this.signals.stepEnded.emit(released(claimed, afterSeconds));
  }

  /** The running steps, as claimed. */
  claims(): readonly ClaimedStep[] {
    return [...this.running.values()].map(({ claimed }) => claimed);
  }

  /** Resolves when nothing runs in this process. */
  async settled(): Promise<void> {
    while (this.running.size > 0) await Promise.all([...this.running.values()].map(({ outcome }) => outcome));
  }

  /** Aborts all running steps; each is handed back. */
  abandon(reason: AbandonReason): void {
    for (const step of this.running.values()) step.abandon(reason);
  }

  /** Aborts an attempt whose outcome no longer counts; returns whether it ran here. */
  drop(claimed: ClaimedStep, reason: AbandonReason): boolean {
    const step = this.running.get(claimed.id);
    if (step?.claimed !== claimed) return false; // a later attempt runs
    this.running.delete(claimed.id);
    step.abandon(reason);
    return true;
  }

  /** Aborts all attempts; their outcomes no longer count. */
  dropAll(reason: AbandonReason): void {
    const dropped = [...this.running.values()];
    this.running.clear();
    for (const step of dropped) step.abandon(reason);
  }

  /**
   * During a shutdown, the host may already have closed resources of the handler, so a failure may not be due to the step. A
   * permanent failure is a decision of the handler and is kept.
   */
  private uncounted(outcome: StepOutcome): StepOutcome {
    if (outcome.kind !== 'retry') return outcome;
    const { claimed, error } = outcome;
    const { message } = JSON.parse(error!) as { readonly message: string };
    this.logger.warn(
      `Step ${claimed.id} of task ${claimed.taskId} failed during the shutdown. Handed it back; the attempt does not count: ${logText(message)}`,
    );
    return released(claimed);
  }
}
