import { Inject, Injectable, Logger } from '@nestjs/common';
import { TASKER_OPTIONS } from '../../options/options.module.js';
import { inOwnContext } from '../../options/own.context.js';
import type { ResolvedOptions } from '../../options/resolve.options.js';
import { timerMs } from '../../workflow/timer.limit.js';
import { backoffSeconds, type BackoffPolicy } from '../../workflow/backoff.js';
import { DatabaseTimeoutError, UninitialisedDataSourceError } from '../../persistence/persistence.errors.js';
import type { CreatedTask, NewTask } from '../../persistence/task.gateway.js';
import { isOfOnePart } from '../../persistence/sql.errors.js';
import { BackgroundService } from '../../background/background.service.js';
import { EngineSignals } from '../engine.signals.js';
import { ReadyNotifier } from '../ready.notifier.js';
import { logTrouble, RecurringWork } from '../../background/recurring.work.js';
import { LARGE_BATCH } from './outcome.queue.js';
import { Worker, type PassReport } from './worker.js';

/** Timers may fire slightly early, and clocks differ slightly. */
const ROUNDING_MS = 5;
/** The longest wait between passes while the database cannot be reached. */
const LONGEST_PAUSE_SECONDS = 5;
/** A stopping process gives up its outcomes if the database has failed for this time. */
const HOPELESS_AFTER_MS = 1_500;

/**
 * Decides when the next pass is due: at once if outcomes wait or work may be ready, otherwise at the next notice or
 * poll. It runs in the engine's own context, regardless of the caller that wakes it.
 *
 * There is no batching timer. Outcomes that gather during one pass travel in the next, so an idle process works at the
 * speed of single steps, and a busy one in large batches. While a pass is under way, a second one starts only for a
 * large batch.
 */
@Injectable()
export class WorkerLoop extends BackgroundService {
  private readonly logger = new Logger('TaskerWorker');
  private active = false;
  private listening: readonly (() => void)[] = [];
  /** There may be ready steps that have not been claimed. */
  private hungry = false;
  /** The latest pass got as many steps as it asked for. */
  private plenty = false;
  private scheduled = false;
  private troubles = 0;
  private troubledSince = 0;
  private readonly polling: RecurringWork;
  private readonly troubleBackoff: BackoffPolicy;
  private pause: NodeJS.Timeout | undefined;
  private retry: NodeJS.Timeout | undefined;
  private retryAt = Infinity;
  private waiting: (() => void)[] = [];
  private lastContact: Date | null = null;
  private passes = 0;
  /** The latest pass failed because the database did not answer in time. */
  private isUnanswered = false;
  private progressAt = 0;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly worker: Worker,
    private readonly ready: ReadyNotifier,
    private readonly signals: EngineSignals,
  ) {
    super();
    // Never longer than a poll interval, so that the worker continues soon after the database is back.
    const maxSeconds = Math.min(options.worker.pollIntervalMs / 1_000, LONGEST_PAUSE_SECONDS);
    this.troubleBackoff = { baseSeconds: 0.1, factor: 2, maxSeconds, jitter: 0.2 };
    this.polling = new RecurringWork({
      run: () => this.wake(),
      intervalMs: options.worker.pollIntervalMs,
      trouble: 'Failed to poll for steps',
      logger: this.logger,
    });
  }

  /** Half of the concurrency, so that the database works on one half while this process works on the other. */
  private get largestWant(): number {
    return Math.max(Math.ceil(this.options.worker.concurrency / 2), LARGE_BATCH);
  }

  /** The time of the latest answer of the database, or null. */
  get lastContactAt(): Date | null {
    return this.lastContact;
  }

  /**
   * The time for which passes have been waiting for the database, in milliseconds. A pass that succeeds or is refused
   * ends the wait.
   */
  get stalledMs(): number {
    return this.passes > 0 || this.isUnanswered ? performance.now() - this.progressAt : 0;
  }

  get isActive(): boolean {
    return this.active;
  }

  protected async onStart(): Promise<void> {
    this.active = true;
    const { workReady, passDue, stepsFreed } = this.signals;
    this.listening = [
      workReady.listen(() => this.wake()),
      passDue.listen(() => this.schedule()),
      stepsFreed.listen(() => {
        this.wake();
        this.ready.notifyOthers();
      }),
    ];
    this.wake();
    await this.polling.start();
  }

  /**
   * Claims no more steps, lets running steps finish within the shutdown timeout, and aborts and hands back the rest.
   * Resolves when all outcomes are recorded, or when the database cannot be reached.
   */
  protected async onStop(): Promise<void> {
    if (!this.active) return;
    this.worker.drain();
    await this.polling.stop();
    clearTimeout(this.retry);
    const { shutdownTimeoutMs } = this.options.worker;
    const tooLate = setTimeout(() => this.worker.abandon('shutdown'), shutdownTimeoutMs);
    await this.quiet();
    clearTimeout(tooLate);
    this.active = false;
    clearTimeout(this.pause);
    for (const end of this.listening) end();
  }

  /**
   * Starts tasks together with a claim, so that an idle worker begins them at once. Returns false, and does nothing, if
   * the worker is busy or stopping; the caller then starts the tasks without it.
   *
   * @throws the errors of `Worker.startTasks`
   */
  async startTasks(tasks: readonly NewTask[], announce: (created: readonly CreatedTask[]) => void): Promise<boolean> {
    if (!this.active || this.pause || !this.worker.isFree) return false;
    // A task with an identity may have to wait for another transaction with the same identity, and the claim would wait
    // with it.
    if (tasks.some(({ extra }) => extra?.identity)) return false;
    const want = Math.min(this.worker.capacity, this.largestWant);
    try {
      await inOwnContext(async () => this.afterPass(await this.worker.startTasks(tasks, want, announce), want));
      return true;
    } catch (error) {
      if (isOfOnePart(error)) return false; // the database may have refused only the claim
      throw error;
    } finally {
      this.schedule(); // for work that had to wait meanwhile
    }
  }

  /** Looks for work now. */
  wake(): void {
    this.hungry = true;
    this.schedule();
  }

  /** Schedules a pass for the next turn of the event loop, so that all outcomes of this turn travel together. */
  private schedule(): void {
    if (this.scheduled || !this.active) return;
    this.scheduled = true;
    inOwnContext(setImmediate, () => {
      this.scheduled = false;
      this.passIfDue();
    });
  }

  private passIfDue(): void {
    if (!this.active || this.pause) return;
    const want = Math.min(this.worker.capacity, this.largestWant);
    const batch = Math.max(this.worker.waitingOutcomes, this.hungry && this.plenty ? want : 0);
    if (!this.worker.mayPass(batch >= LARGE_BATCH ? 2 : 1)) return;
    const due = this.worker.waitingOutcomes > 0 || (this.hungry && want > 0);
    if (due) {
      void this.pass(want);
      this.schedule(); // a second one may be due at the same time
    } else if (this.worker.isIdle) this.becomeQuiet();
  }

  private async pass(want: number): Promise<void> {
    if (want > 0) this.hungry = this.plenty && want < this.worker.capacity;
    if (this.passes === 0 && !this.isUnanswered) this.progressAt = performance.now();
    this.passes++;
    try {
      this.afterPass(await this.worker.runOnce(want), want);
    } catch (error) {
      this.afterTrouble(error);
    } finally {
      this.passes--;
    }
    this.schedule();
  }

  private afterPass({ claimed, freed, dueInSeconds, passedOver, cut, lost }: PassReport, want: number): void {
    this.lastContact = new Date();
    this.noteProgress(false);
    if (this.troubles > 0) this.logger.log(`The database responds again, after ${this.troubles} failed attempts.`);
    this.troubles = 0;
    // The claim was filled, so there may be more steps, for this process and for others.
    if (want > 0) this.plenty = claimed === want;
    if (this.plenty || passedOver || cut || lost) this.hungry = true;
    if (freed > claimed || this.plenty || passedOver || cut) this.ready.notifyOthers();
    if (dueInSeconds !== null) this.wakeIn(timerMs(dueInSeconds * 1_000));
  }

  /** Wakes the loop before the next poll, which could be late by up to its interval. The poll finds later retries. */
  private wakeIn(waitMs: number): void {
    const at = performance.now() + waitMs;
    if (at >= this.retryAt || this.isStopping) return;
    clearTimeout(this.retry);
    this.retryAt = at;
    this.retry = setTimeout(() => {
      this.retryAt = Infinity;
      this.wake();
      if (this.worker.capacity === 0) this.ready.notifyOthers(); // another process may have room
    }, waitMs + ROUNDING_MS);
  }

  private noteProgress(isUnanswered: boolean): void {
    this.isUnanswered = isUnanswered;
    if (!isUnanswered) this.progressAt = performance.now();
  }

  private afterTrouble(error: unknown): void {
    this.noteProgress(error instanceof DatabaseTimeoutError);
    this.hungry = true;
    if (this.troubles === 0) this.troubledSince = performance.now();
    this.troubles++;
    const waitSeconds = backoffSeconds(this.troubleBackoff, this.troubles);
    if (this.troubles === 1) logTrouble(this.logger, 'Failed to claim and record steps; will retry', error);
    clearTimeout(this.pause); // two passes may fail at the same time
    this.pause = setTimeout(() => {
      this.pause = undefined;
      this.schedule();
    }, waitSeconds * 1_000);
    // A stopping process waits only briefly for an unreachable database, and not at all once the host has closed its
    // data source.
    const isClosed = error instanceof UninitialisedDataSourceError;
    const isHopeless = isClosed || performance.now() - this.troubledSince >= HOPELESS_AFTER_MS;
    if (this.isStopping && isHopeless && this.worker.runningSteps === 0) this.becomeQuiet();
  }

  /** Resolves when nothing is left to do. Used while stopping. */
  private async quiet(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.waiting.push(resolve);
      this.schedule();
    });
  }

  private becomeQuiet(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}
