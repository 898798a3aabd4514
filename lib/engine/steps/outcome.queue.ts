import type { HeldAttempt } from '../../persistence/worker.gateway.js';
import { backoffSeconds, type BackoffPolicy } from '../../workflow/backoff.js';
import type { StepOutcome } from './step.outcome.js';

/** The number of outcomes that are worth a second concurrent transaction. */
export const LARGE_BATCH = 64;

/** The waits between the tries to record an outcome that the database refused. */
const BACKOFF: BackoffPolicy = { baseSeconds: 1, factor: 2, maxSeconds: 30, jitter: 0.1 };

/** The outcomes that one pass records. */
export interface OutcomeBatch {
  readonly outcomes: readonly StepOutcome[];
  /** The number of times that the outcome was refused; a refused outcome travels alone. 0 for all others. */
  readonly refusals: number;
}

interface AsideOutcome {
  readonly outcome: StepOutcome;
  readonly refusals: number;
  /** By `performance.now()`. */
  readonly dueAt: number;
}

/**
 * The outcomes that wait to be recorded. They gather during a pass, and the next pass takes all of them. A second
 * concurrent pass leaves those of tasks of which the other pass has outcomes: the two would wait for each other at the
 * row of the task, which made a wide task a fifth slower.
 *
 * An outcome that the database refuses in any form is set aside and tried again alone, after growing waits.
 */
export class OutcomeQueue {
  private waiting: StepOutcome[] = [];
  /** The number of passes that have outcomes of a task, by task. */
  private readonly passesOf = new Map<string, number>();
  /** The refused outcomes, by step. */
  private readonly aside = new Map<string, AsideOutcome>();

  /** The number of outcomes that can be recorded now. */
  get size(): number {
    return this.waiting.length + this.dueAside().length;
  }

  /** The number of refused outcomes, due or not. */
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

  /** Call it when a pass is over. */
  arrived({ outcomes }: OutcomeBatch): void {
    for (const id of tasksOf(outcomes)) {
      const others = this.passesOf.get(id)! - 1;
      if (others > 0) this.passesOf.set(id, others);
      else this.passesOf.delete(id);
    }
  }

  /** Takes back the outcomes of a pass that failed as a whole, before it recorded any of them. */
  putBack({ outcomes, refusals }: OutcomeBatch): void {
    if (refusals === 0) this.waiting = [...outcomes, ...this.waiting];
    else for (const outcome of outcomes) this.keepAside(outcome, refusals, 0);
  }

  /** Sets aside an outcome that the database refused in any form. */
  setAside({ refusals }: OutcomeBatch, outcome: StepOutcome): void {
    this.keepAside(outcome, refusals + 1, backoffSeconds(BACKOFF, refusals + 1));
  }

  /** Makes all refused outcomes due, because the process ends. */
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
