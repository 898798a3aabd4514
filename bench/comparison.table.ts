import type { Summary } from './comparison.summary.js';

const HEAD = ['', 'version', 'steps/s', 'ours/peer', 'starts/s', 'lone task p50'];

/** A line for each, and below why there are no figures where there are none. */
export function comparisonTable(summaries: readonly Summary[]): string {
  const rows = [HEAD, ...summaries.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) => row.map((cell, column) => aligned(cell, column, widths[column]!)).join('  '));
  const reasons = summaries.flatMap(({ peer, whyNot }) => (whyNot === null ? [] : [`${peer}: ${whyNot}`]));
  return [...lines, ...reasons].join('\n');
}

function cellsOf({ peer, version, stepsPerSecond, startPerSecond, latencyMs, oursToPeer }: Summary): string[] {
  const number = (value: number | undefined | null): string => value?.toLocaleString('en-GB') ?? 'null';
  const latency = latencyMs === null ? 'null' : `${latencyMs.p50.toFixed(1)} ms`;
  return [peer, version, number(stepsPerSecond), number(oursToPeer?.steps), number(startPerSecond), latency];
}

/** Names to the left, figures to the right. */
function aligned(cell: string, column: number, width: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}
