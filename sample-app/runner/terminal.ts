import { LineProgress } from './line.progress.js';
import { LiveProgress } from './live.progress.js';
import type { ProgressDisplay } from './order.progress.js';

/** Headings, legend, and the line that the cursor is on. */
const MORE_LINES = 3;
const NARROWEST_COLUMNS = 80;

/** A redrawn block where there is room for one, plain lines elsewhere. */
export function progressDisplay(orders: number, out: NodeJS.WriteStream = process.stdout): ProgressDisplay {
  const hasRoom = out.isTTY && out.columns >= NARROWEST_COLUMNS && out.rows >= orders + MORE_LINES;
  if (hasRoom) return new LiveProgress(out, out.hasColors());
  return new LineProgress((line) => out.write(`${line}\n`));
}
