import type { ChangeGateway, ChangeLook, ChangePosition } from '../persistence/change.gateway.js';
import { earlierPosition } from './change.position.js';

/** No row has such ids, so the first look always asks which transactions are writing. */
const NOWHERE: ChangePosition = { task: '-1', step: '-1' };

/**
 * Finds the position up to which the histories are settled: every row before it is visible that will ever be there. Ids are given
 * out before their transactions commit, so rows below the highest visible id may still be missing. A reader that went on from
 * there would miss the rows that a slower transaction commits later.
 *
 * This class notes the highest ids given out and the transactions that may still be writing rows with lower ids. When all of those
 * have ended, the histories are settled up to the noted ids, no matter which transactions are writing now. It waits for no other
 * transactions than those that write transitions.
 */
export class StableHistory {
  private settled: ChangePosition | null = null;
  /** The highest ids given out at the latest look. Ids that were rolled back, and may come again, are not settled. */
  private looked: ChangePosition = NOWHERE;
  private sought: ChangeLook | null = null;
  private era: string | null = null;

  constructor(private readonly gateway: Pick<ChangeGateway, 'look'>) {}

  /** True if all ids given out at the latest look are settled. */
  get isSettled(): boolean {
    return this.sought === null;
  }

  /** Looks once. Null if it is not known yet: a transaction has been writing since the first look, or since the server crashed. */
  async look(): Promise<ChangePosition | null> {
    const seen = await this.gateway.look(this.looked);
    if (seen.era !== this.era) {
      const isFirst = this.era === null;
      this.forget(seen.era);
      if (!isFirst) return null; // the writers may not have been asked for
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

/** True if none of the earlier writers is among the present ones. */
function haveEnded(earlier: readonly string[], present: readonly string[]): boolean {
  return !present.some((writer) => earlier.includes(writer) || writer.startsWith(RECOVERED));
}

/** After a restart of the server, the name of a prepared transaction begins with this, and its earlier name is not known. */
const RECOVERED = '-1/';
