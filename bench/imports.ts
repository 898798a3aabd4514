import { execFileSync } from 'node:child_process';
import { median } from './percentiles.js';

export interface ImportMeasurement {
  readonly workload: 'import';
  /** A process that imports `@nestjs/core`, `typeorm` and `pg`, as every host does; median, in milliseconds of processor time. */
  readonly hostMs: number;
  /** The additional time for the package itself; likewise. */
  readonly ownMs: number;
  /** `ownMs` divided by `hostMs`. */
  readonly ratio: number;
  readonly rounds: number;
}

const wholeMedian = (values: readonly number[]): number => Math.round(median(values));

const HOST = ['@nestjs/core', 'typeorm', 'pg'];

/**
 * Every round is a process of its own, because a process loads a module once. It measures processor time, which other programs on
 * the machine change less than the time on the clock.
 */
export function measureImport(rounds: number): ImportMeasurement {
  processorMs(); // the first reads the files from the disk
  const runs = Array.from({ length: rounds }, processorMs);
  const hostMs = wholeMedian(runs.map(({ host }) => host));
  const ownMs = wholeMedian(runs.map(({ own }) => own));
  return { workload: 'import', hostMs, ownMs, ratio: Number((ownMs / hostMs).toFixed(2)), rounds };
}

const PROGRAM = `
  const used = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1_000; };
  const begin = used();
  for (const name of ${JSON.stringify(HOST)}) await import(name);
  const host = used();
  await import('nestjs-tasker');
  console.log(JSON.stringify({ host: host - begin, own: used() - host }));
`;

function processorMs(): { readonly host: number; readonly own: number } {
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', PROGRAM], { encoding: 'utf8' });
  return JSON.parse(output) as { readonly host: number; readonly own: number };
}
