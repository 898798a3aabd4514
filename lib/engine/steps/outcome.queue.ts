import type { HeldAttempt } from '../../persistence/worker.gateway.js';
import { backoffSeconds, type BackoffPolicy } from '../../workflow/backoff.js';
import type { StepOutcome } from './step.outcome.js';

/** Number of outcomes that are worth a second transaction at the same time. */
export const LARGE_BATCH = 64;

/** The waits between two tries of an outcome that the database refused. */
const BACKOFF: BackoffPolicy = { baseSeconds: 1, factor: 2, maxSeconds: 30, jitter: 0.1 };

/** The outcomes that one pass records. */
export interface OutcomeBatch {
  readonly outcomes: readonly StepOutcome[];
  /** Number of times that the outcome was refused so far; a refused one travels alone. 0 for all others. */
  readonly refusals: number;
}

interface AsideOutcome {
  readonly outcome: StepOutcome;
  readonly refusals: number;
  /** By `performance.now()`. */
  readonly dueAt: number;
}

/**
 * Outcomes on their way to the database. They gather while a pass is under way, and the next pass takes all of them. If there are
 * many, it leaves those of tasks of which the other pass has outcomes: the two passes would wait for each other at the row of the
 * task, which cost a wide task a fifth of its speed.
 *
 * An outcome that the database refuses in any form is set aside and tried again alone, after growing waits.
 */
export class OutcomeQueue {
  private waiting: StepOutcome[] = [];
  /** Number of passes that have outcomes of a task, by task. */
  private readonly passesOf = new Map<string, number>();
  /** By step. */
  private readonly aside = new Map<string, AsideOutcome>();

  /** Number of outcomes that can be recorded now. */
  get size(): number {
    return this.waiting.length + this.dueAside().length;
  }

  /** Number of refused outcomes, due or not. */
  get asideSize(): number {
    return this.aside.size;
  }

  /** Seconds until the first refused outcome is tried again; null if there is none. */
  get asideDueInSeconds(): number | null {
    if (this.aside.size === 0) return null;
    const first = Math.min(...[...this.aside.values()].map(({ dueAt }) => dueAt));
    return Math.max(0, (first - performance.now()) / 1_000);
  }

  add(outcome: StepOutcome): void {
    this.waiting.push(outcome);
  }

  /** Takes the outcomes for one pass. At its end, the pass must call `arrived`, also if it failed. */
  take(): OutcomeBatch {
    const [refused] = this.dueAside();
    if (refused) this.aside.delete(refused.outcome.stepId);
    const outcomes = refused ? [refused.outcome] : this.choose();
    for (const id of tasksOf(outcomes)) this.passesOf.set(id, (this.passesOf.get(id) ?? 0) + 1);
    return { outcomes, refusals: refused?.refusals ?? 0 };
  }

  /** A pass is over. */
  arrived({ outcomes }: OutcomeBatch): void {
    for (const id of tasksOf(outcomes)) {
      const others = this.passesOf.get(id)! - 1;
      if (others > 0) this.passesOf.set(id, others);
      else this.passesOf.delete(id);
    }
  }

  /** Takes the outcomes of a pass back that failed as a whole, before it looked at any of them. */
  putBack({ outcomes, refusals }: OutcomeBatch): void {
    if (refusals === 0) this.waiting = [...outcomes, ...this.waiting];
    else for (const outcome of outcomes) this.keepAside(outcome, refusals, 0);
  }

  /** Takes an outcome of a batch back that was refused in any form. */
  setAside({ refusals }: OutcomeBatch, outcome: StepOutcome): void {
    this.keepAside(outcome, refusals + 1, backoffSeconds(BACKOFF, refusals + 1));
  }

  /** Makes refused outcomes due, because the process ends. */
  hurry(): void {
    for (const [stepId, entry] of this.aside) this.aside.set(stepId, { ...entry, dueAt: 0 });
  }

  clear(): void {
    this.waiting = [];
    this.aside.clear();
  }

  attempts(): readonly HeldAttempt[] {
    const aside = [...this.aside.values()].map(({ outcome }) => outcome);
    return [...this.waiting, ...aside].map(({ stepId: id, attemptNumber }) => ({ id, attemptNumber }));
  }

  private choose(): readonly StepOutcome[] {
    const isFree = ({ taskId }: StepOutcome): boolean => !this.passesOf.has(taskId);
    const free = this.passesOf.size > 0 ? this.waiting.filter(isFree) : [];
    const isWorthIt = free.length >= LARGE_BATCH;
    const chosen = isWorthIt ? free : this.waiting;
    this.waiting = isWorthIt ? this.waiting.filter((outcome) => !isFree(outcome)) : [];
    return chosen;
  }

  private keepAside(outcome: StepOutcome, refusals: number, waitSeconds: number): void {
    this.aside.set(outcome.stepId, { outcome, refusals, dueAt: performance.now() + waitSeconds * 1_000 });
  }

  private dueAside(): readonly AsideOutcome[] {
    if (this.aside.size === 0) return [];
    const now = performance.now();
    return [...this.aside.values()].filter(({ dueAt }) => dueAt <= now);
  }
}

function tasksOf(outcomes: readonly StepOutcome[]): ReadonlySet<string> {
  return new Set(outcomes.map(({ taskId }) => taskId));
}
