import type { Logger } from '@nestjs/common';
import { inOwnContext } from '../options/own.context.js';
import { AnswerTooLargeError } from '../persistence/persistence.errors.js';
import { isOfOnePart, isOutage, outageReason } from '../persistence/sql.errors.js';
import { errorText } from '../workflow/error.text.js';
import type { StandingFaults } from './standing.faults.js';

export interface RecurringWorkOptions {
  /** One pass; the signal is aborted when the work is to stop. */
  readonly run: (signal: AbortSignal) => unknown;
  /** From the end of a pass to the next one, give or take a tenth, so that processes that started together do not all come at once. */
  readonly intervalMs: number;
  /** From the end of a pass that failed to the next one. @default intervalMs */
  readonly retryMs?: number;
  /**
   * After a pass, none comes by itself for this many times as long as it took, whether it failed or not: for work that reads large
   * tables. @default 0
   */
  readonly pauses?: number;
  /** What is logged when a pass fails, once until one succeeds again: a sentence without its full stop. */
  readonly trouble: string;
  readonly logger: Logger;
  /**
   * The fault to report if the database refused a pass for a reason of its own, or its answer is too large, until one
   * succeeds again: readiness says it, for other work goes on and nobody would notice. @default nowhere
   */
  readonly fault?: { readonly faults: StandingFaults; readonly key: string; readonly sentence: string };
}

/** Work that is done again and again in the engine's own context, never twice at the same time, and that a failed pass does not end. */
export class RecurringWork {
  private timer: NodeJS.Timeout | undefined;
  private stopping: AbortController | undefined;
  private passing: Promise<void> | undefined;
  private isWanted = false;
  private failing = false;
  /** How long the latest pass took. */
  private tookMs = 0;

  constructor(private readonly options: RecurringWorkOptions) {}

  get isActive(): boolean {
    return this.stopping !== undefined;
  }

  /** The first pass comes an interval later, or when asked for by `now`. */
  start(): void {
    if (this.stopping) return;
    this.stopping = new AbortController();
    this.runLater(this.stopping.signal);
  }

  /** Resolves when the pass under way has ended. */
  async stop(): Promise<void> {
    this.stopping?.abort();
    this.stopping = undefined;
    clearTimeout(this.timer);
    await this.passing;
  }

  /** Does not wait for the interval. A pass under way may have looked too early, so another one follows it. */
  now(): void {
    if (!this.stopping) return;
    this.isWanted = true;
    if (this.passing) return;
    const { signal } = this.stopping;
    clearTimeout(this.timer);
    this.passing = inOwnContext(() => this.runWhileWanted(signal));
  }

  private async runWhileWanted(signal: AbortSignal): Promise<void> {
    while (this.isWanted && !signal.aborted) {
      this.isWanted = false;
      await this.attempt(signal);
    }
    this.passing = undefined;
    this.runLater(signal);
  }

  private runLater(signal: AbortSignal): void {
    if (signal.aborted) return;
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

/** With the stack, unless it is that of an outage: it would say where we stood, and that is no news. */
export function logTrouble(logger: Logger, sentence: string, error: unknown): void {
  if (isOutage(error)) logger.error(`${sentence}: ${outageReason(error)}.`);
  else logger.error(`${sentence}.`, errorText(error));
}
