import type { Logger } from '@nestjs/common';
import { inOwnContext } from '../options/own.context.js';
import { AnswerTooLargeError } from '../persistence/persistence.errors.js';
import { isOfOnePart, isOutage, outageReason } from '../persistence/sql.errors.js';
import { errorText } from '../workflow/error.text.js';
import { BackgroundService } from './background.service.js';
import type { StandingFaults } from './standing.faults.js';

export interface RecurringWorkOptions {
  /** Runs one pass. The signal is aborted when the work must stop. */
  readonly run: (signal: AbortSignal) => unknown;
  /**
   * The time from the end of a pass to the next one, plus or minus a tenth, so that processes that started together
   * drift apart.
   */
  readonly intervalMs: number;
  /** The time from the end of a failed pass to the next one. @default intervalMs */
  readonly retryMs?: number;
  /**
   * The pause after a pass is at least this many times its duration, also after a failed one. For work that reads large
   * tables.
   * @default 0
   */
  readonly pauses?: number;
  /** The sentence to log when a pass fails, without a full stop; logged once until a pass succeeds again. */
  readonly trouble: string;
  readonly logger: Logger;
  /**
   * The fault to report until a pass succeeds again, if the database refuses the statement of a pass, or if its answer
   * is too large. Readiness shows it, because other work goes on and nobody would notice.
   * @default none
   */
  readonly fault?: { readonly faults: StandingFaults; readonly key: string; readonly sentence: string };
}

/** Repeats a pass in the engine's own context, never twice at the same time. A failed pass does not end the work. */
export class RecurringWork extends BackgroundService {
  private timer: NodeJS.Timeout | undefined;
  private passing: Promise<void> | undefined;
  private isWanted = false;
  private failing = false;
  /** The duration of the latest pass. */
  private tookMs = 0;

  constructor(private readonly options: RecurringWorkOptions) {
    super();
  }

  /**
   * Starts a pass without waiting for the interval. A pass that is running may have read too early, so another one
   * follows it.
   */
  now(): void {
    if (!this.isStarted || this.isStopping) return;
    this.isWanted = true;
    if (this.passing) return;
    clearTimeout(this.timer);
    this.passing = inOwnContext(() => this.runWhileWanted());
  }

  /** The first pass runs one interval later, or when `now` is called. */
  protected onStart(): void {
    this.runLater();
  }

  protected async onStop(): Promise<void> {
    clearTimeout(this.timer);
    await this.passing;
  }

  private async runWhileWanted(): Promise<void> {
    while (this.isWanted && !this.isStopping) {
      this.isWanted = false;
      await this.attempt(this.stopSignal);
    }
    this.passing = undefined;
    this.runLater();
  }

  private runLater(): void {
    if (this.isStopping) return;
    const { intervalMs, retryMs = intervalMs, pauses = 0 } = this.options;
    const waitMs = (this.failing ? retryMs : intervalMs) * (0.9 + Math.random() * 0.2);
    this.timer = inOwnContext(() => setTimeout(() => this.now(), Math.max(waitMs, pauses * this.tookMs)));
  }

  private async attempt(signal: AbortSignal): Promise<void> {
    const { run, trouble, logger, fault } = this.options;
    const began = performance.now();
    try {
      await run(signal);
      this.failing = false;
      fault?.faults.clear(fault.key);
    } catch (error) {
      if (fault && (isOfOnePart(error) || error instanceof AnswerTooLargeError))
        fault.faults.report(fault.key, fault.sentence, error);
      else if (signal.aborted) logTrouble(logger, `${trouble} during the shutdown`, error);
      else if (!this.failing) logTrouble(logger, `${trouble}; will retry`, error);
      this.failing = true;
    } finally {
      this.tookMs = performance.now() - began;
    }
  }
}

/**
 * Logs the error with its stack. An outage is logged without a stack, because the place in the code does not explain
 * it.
 */
export function logTrouble(logger: Logger, sentence: string, error: unknown): void {
  if (isOutage(error)) logger.error(`${sentence}: ${outageReason(error)}.`);
  else logger.error(`${sentence}.`, errorText(error));
}
