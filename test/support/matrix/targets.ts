import type { Cell } from './cells.js';
import type { Row } from './rows.js';
import { KINDS, type Kind, type Target } from './samples.js';
import type { Counts, Stage } from './stage.js';

/** How many targets these changes need: one each, or one for all that repeat the same. */
export function targetCounts(changes: readonly Cell[]): Counts {
  const rows = changes.map(({ row }) => row);
  const wanted = [...new Set(rows.filter(repeats)), ...rows.filter((row) => !repeats(row))];
  const counts = KINDS.map((kind) => [kind, wanted.filter(({ sample }) => sample!.on === kind).length]);
  return Object.fromEntries(counts) as Record<Kind, number>;
}

/** Hands out the targets of a stage. */
export function targetsFor({ targets }: Stage): (row: Row) => Target {
  const left = new Map(KINDS.map((kind) => [kind, targets[kind].values()]));
  const shared = new Map<Row, Target>();
  return (row) => {
    const target = shared.get(row) ?? left.get(row.sample!.on)!.next().value!;
    if (repeats(row)) shared.set(row, target);
    return target;
  };
}

function repeats({ sample }: Row): boolean {
  return sample!.repeats === true;
}
