import type { StepResult } from './peer.js';

/** Runs the steps of a worker: each counts itself, and returns a small object. */
export class StepCounter {
  count = 0;
  private firstAt = 0;
  private target = Infinity;
  private reach = (): void => {};

  run(): StepResult {
    if (this.count === 0) this.firstAt = performance.now();
    this.count += 1;
    if (this.count === this.target) this.reach();
    return { ok: true, value: 42 };
  }

  /** Resolves when so many more steps have been run. One caller at a time. */
  more(steps: number): Promise<void> {
    this.target = this.count + steps;
    return new Promise((resolve) => (this.reach = resolve));
  }

  secondsSinceFirst(): number {
    return (performance.now() - this.firstAt) / 1_000;
  }
}
