import { isDeepStrictEqual } from 'node:util';
import { SHORT_STEP_NAMES, STEPS, type Outcome } from '../stories/order.story.js';

export interface OutcomeRow {
  readonly title: string;
  readonly expected: Outcome;
  readonly actual: Outcome;
}

const HEADINGS = ['', 'state', 'attempts', 'total', 'paid', 'failure'];
/** Indices of the columns that hold numbers. */
const RIGHT_ALIGNED: readonly number[] = [3, 4];

export function isMet({ expected, actual }: OutcomeRow): boolean {
  return isDeepStrictEqual(expected, actual);
}

/** For each order what was expected, and below it what happened; narrow enough for a terminal of 80 columns. */
export function outcomeTable(rows: readonly OutcomeRow[]): string {
  const cells = rows.map((row) => [cellsOf('expected', row.expected), cellsOf('actual', row.actual)]);
  const all = [HEADINGS, ...cells.flat()];
  const widths = HEADINGS.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const orders = rows.flatMap((row, index) => [
    `${isMet(row) ? '✔' : '✖'} ${row.title}`,
    ...cells[index]!.map((outcome) => line(outcome, widths)),
  ]);
  return [line(HEADINGS, widths), ...orders].join('\n');
}

function cellsOf(label: string, { state, attempts, total, charges, failure }: Outcome): readonly string[] {
  const tried = attempts.map((times) => (times === 0 ? '–' : times)).join(' ');
  return [label, state, tried, total ?? '–', `${charges}×`, failure === null ? '–' : shortened(failure)];
}

/** The name of the step in one word. */
function shortened(failure: string): string {
  const index = STEPS.findIndex((name) => failure.startsWith(`${name} `));
  return index < 0 ? failure : failure.replace(STEPS[index]!, SHORT_STEP_NAMES[index]!);
}

function line(cells: readonly string[], widths: readonly number[]): string {
  const padded = cells.map((cell, column) =>
    RIGHT_ALIGNED.includes(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
  );
  return `  ${padded.join('  ')}`.trimEnd();
}
