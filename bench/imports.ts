import { execFileSync } from 'node:child_process';

export interface ImportMeasurement {
  readonly workload: 'import';
  /** A process that imports `@nestjs/core`, `typeorm` and `pg`, as every host does; median, in milliseconds of processor time. */
  readonly hostMs: number;
  /** What it takes longer to import the package, too; likewise. */
  readonly ownMs: number;
  /** `ownMs` divided by `hostMs`. */
  readonly ratio: number;
  readonly rounds: number;
}

const HOST = ['@nestjs/core', 'typeorm', 'pg'];

/**
 * Each figure comes from processes of their own, in turn, as a module is loaded once in a process. Processor time, which other
 * programs on the machine change less than they change the time on the clock.
 */
export function measureImport(rounds: number): ImportMeasurement {
  processorMs(); // whose files come from the disk
  const runs = Array.from({ length: rounds }, processorMs);
  const hostMs = median(runs.map(({ host }) => host));
  const ownMs = median(runs.map(({ own }) => own));
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

function median(values: readonly number[]): number {
  return Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!);
}
