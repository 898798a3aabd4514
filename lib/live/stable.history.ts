import type { ChangeGateway, ChangeLook, ChangePosition } from '../persistence/change.gateway.js';
import { earlierPosition } from './change.position.js';

/** No row has such ids, so that the first look always asks who is writing. */
const NOWHERE: ChangePosition = { task: '-1', step: '-1' };

/**
 * Finds how far the histories are settled: up to where every row is visible that will ever be. Ids are given out before
 * their transactions commit, so the highest visible one says nothing about those below it; whoever read on from there would
 * miss what a slower transaction commits later.
 *
 * It notes the highest ids given out and who may still be writing rows with such ids; once all of those have ended, the
 * histories are settled up to there, whoever is writing now. Nothing is waited for but transactions that write transitions.
 */
export class StableHistory {
  private settled: ChangePosition | null = null;
  /** What was given out up to there; ids that were rolled back, and may come once more, are not settled. */
  private looked: ChangePosition = NOWHERE;
  private sought: ChangeLook | null = null;
  private era: string | null = null;

  constructor(private readonly gateway: Pick<ChangeGateway, 'look'>) {}

  /** Whether all that was given out at the last look is settled. */
  get isSettled(): boolean {
    return this.sought === null;
  }

  /** Looks once. Null: not known yet, as somebody has been writing since the first look, or the first one after a crash. */
  async look(): Promise<ChangePosition | null> {
    const seen = await this.gateway.look(this.looked);
    if (seen.era !== this.era) {
      const isFirst = this.era === null;
      this.forget(seen.era);
      if (!isFirst) return null; // who is writing was perhaps not asked for
    }
    if (this.sought && haveEnded(this.sought.writers, seen.writers)) this.settle(this.sought, seen);
    if (seen.writers.length === 0) this.settle(seen, seen);
    this.sought ??= seen.writers.length > 0 ? seen : null;
    return this.settled;
  }

  private settle({ task, step }: ChangeLook, { visible }: ChangeLook): void {
    this.looked = { task, step };
    this.settled = earlierPosition(this.looked, visible);
    this.sought = null;
  }

  private forget(era: string): void {
    this.era = era;
    this.settled = null;
    this.looked = NOWHERE;
    this.sought = null;
  }
}

/** Whether none of the earlier writers is among the present ones. */
function haveEnded(earlier: readonly string[], present: readonly string[]): boolean {
  return !present.some((writer) => earlier.includes(writer) || writer.startsWith(RECOVERED));
}

/** A prepared transaction has this in its name since the server was started anew, and what it was called before is not known. */
const RECOVERED = '-1/';
