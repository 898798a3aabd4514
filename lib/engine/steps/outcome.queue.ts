import type { HeldAttempt } from '../../persistence/worker.gateway.js';
import type { StepOutcome } from './step.outcome.js';

/** So many outcomes are worth a transaction beside another one. */
export const LARGE_BATCH = 64;

/**
 * Outcomes on their way to the database. They gather while a pass is under way, and the next one takes them all; only those
 * of tasks of which another pass has outcomes stay behind when the others are many. The two passes would wait for each
 * other at the row of the task, which cost a wide task a fifth of its speed.
 */
export class OutcomeQueue {
  private waiting: StepOutcome[] = [];
  /** How many passes have outcomes of a task. */
  private readonly passesOf = new Map<string, number>();
  /** How many of the first in line must travel alone, because a batch with them was refused. */
  private alone = 0;

  get size(): number {
    return this.waiting.length;
  }

  add(outcome: StepOutcome): void {
    this.waiting.push(outcome);
  }

  /** What one pass records. When it has, or could not, that must be said by `arrived`. */
  take(): readonly StepOutcome[] {
    const taken = this.choose();
    for (const id of tasksOf(taken)) this.passesOf.set(id, (this.passesOf.get(id) ?? 0) + 1);
    return taken;
  }

  /** A pass is over. */
  arrived(outcomes: readonly StepOutcome[]): void {
    for (const id of tasksOf(outcomes)) {
      const others = this.passesOf.get(id)! - 1;
      if (others > 0) this.passesOf.set(id, others);
      else this.passesOf.delete(id);
    }
  }

  private choose(): readonly StepOutcome[] {
    if (this.alone > 0) {
      this.alone--;
      return this.waiting.splice(0, 1);
    }
    const isFree = ({ taskId }: StepOutcome): boolean => !this.passesOf.has(taskId);
    const free = this.passesOf.size > 0 ? this.waiting.filter(isFree) : [];
    const isWorthIt = free.length >= LARGE_BATCH;
    const chosen = isWorthIt ? free : this.waiting;
    this.waiting = isWorthIt ? this.waiting.filter((outcome) => !isFree(outcome)) : [];
    return chosen;
  }

  putBack(outcomes: readonly StepOutcome[], { oneByOne = this.alone > 0 }: { oneByOne?: boolean } = {}): void {
    this.waiting = [...outcomes, ...this.waiting];
    if (oneByOne) this.alone += outcomes.length;
  }

  clear(): void {
    this.waiting = [];
    this.alone = 0;
  }

  attempts(): readonly HeldAttempt[] {
    return this.waiting.map(({ stepId: id, attemptNumber }) => ({ id, attemptNumber }));
  }
}

function tasksOf(outcomes: readonly StepOutcome[]): ReadonlySet<string> {
  return new Set(outcomes.map(({ taskId }) => taskId));
}
