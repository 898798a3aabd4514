import type { HeldAttempt } from '../../persistence/worker.gateway.js';
import type { StepOutcome } from './step.outcome.js';

/** Outcomes on their way to the database. They gather while a pass is under way, and the next one takes them all. */
export class OutcomeQueue {
  private waiting: StepOutcome[] = [];
  /** How many of the first in line must travel alone, because a batch with them was refused. */
  private alone = 0;

  get size(): number {
    return this.waiting.length;
  }

  add(outcome: StepOutcome): void {
    this.waiting.push(outcome);
  }

  take(): readonly StepOutcome[] {
    if (this.alone > 0) {
      this.alone--;
      return this.waiting.splice(0, 1);
    }
    const all = this.waiting;
    this.waiting = [];
    return all;
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
