import type { Observed } from './cell.js';
import { isSameHost, type Cell } from './cells.js';
import { differences, failures } from './differences.js';
import { PLAIN } from './settings.js';

const MOST_SHOWN = 12;

export interface Verdict {
  readonly cell: Cell;
  readonly seconds: number;
  /** Empty: as it should be. */
  readonly problems: readonly string[];
}

/** Holds each cell to the plain one of its host, and the plain ones to the first of them. */
export function judge(cells: readonly Cell[], observed: ReadonlyMap<Cell, Observed>): Verdict[] {
  const plain = cells.filter(({ row }) => row === PLAIN);
  return cells.map((cell) => {
    const found = observed.get(cell)!;
    const model = cell.row === PLAIN ? plain[0]! : plain.find((other) => isSameHost(other, cell))!;
    return { cell, seconds: found.seconds, problems: problemsOf(found, observed.get(model)!, model) };
  });
}

function problemsOf(found: Observed, expected: Observed, model: Cell): string[] {
  if ('failed' in found) return [found.failed];
  const failed = failures(found.document);
  if (failed.length > 0) return failed;
  if ('failed' in expected) return [`there is nothing to compare with, as "${model.name}" failed`];
  const different = differences(expected.document, found.document);
  const more = different.length - MOST_SHOWN;
  return [...different.slice(0, MOST_SHOWN), ...(more > 0 ? [`and ${more} more differences`] : [])];
}

/** A row for each setting, a column for each host. */
export function table(cells: readonly Cell[], verdicts: readonly Verdict[]): string {
  const hosts = [...new Set(cells.map(hostOf))];
  const rows = [...new Set(cells.map(({ row }) => row))];
  const word = ({ seconds, problems }: Verdict): string =>
    `${problems.length === 0 ? 'same' : 'DIFFERS'} (${seconds} s)`;
  const lines = rows.map((row) => {
    const words = hosts.map((host) => {
      const verdict = verdicts.find(({ cell }) => cell.row === row && hostOf(cell) === host);
      return verdict ? word(verdict) : '';
    });
    return [row, ...words];
  });
  const all = [['', ...hosts], ...lines];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((line) => line[column]!.length)));
  return all
    .map((line) =>
      line
        .map((each, column) => each.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const hostOf = ({ nest, platform }: Cell): string => `${nest}, ${platform}`;
