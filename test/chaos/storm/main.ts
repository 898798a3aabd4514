/** `npm run chaos`: a storm of faults over a server and workers of its own; ends with 1 when anything is wrong after it. */
import { constants } from 'node:os';
import { readArguments, USAGE } from './arguments.js';
import { describeFault, planFaults, type Fault, type StormSettings } from './fault.plan.js';
import { raiseStorm, type StormReport } from './storm.js';

const LARGEST_SEED = 1_000_000;

async function main(): Promise<void> {
  const settings = read(process.argv.slice(2));
  const plan = planFaults(settings);
  const { seed, durationMs, workers } = settings;
  console.log(`Seed ${seed}, ${durationMs / 1_000} s, ${workers} workers. The plan:`);
  for (const fault of plan) console.log(describeFault(fault));
  const report = await raiseStorm(settings, plan);
  print(plan, report);
  for (const problem of report.problems) console.log(`WRONG: ${problem}`);
  console.log(report.problems.length === 0 ? 'Nothing is wrong.' : `${report.problems.length} things are wrong.`);
  console.log(`Replay: npm run chaos -- --seed ${seed} --minutes ${durationMs / 60_000} --workers ${workers}`);
  process.exit(report.problems.length === 0 ? 0 : 1);
}

function read(argv: readonly string[]): StormSettings {
  try {
    return readArguments(argv, Math.floor(Math.random() * LARGEST_SEED));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error(`Usage: ${USAGE}`);
    process.exit(1);
  }
}

function print(plan: readonly Fault[], { counts, recovery, drainedAfterMs }: StormReport): void {
  const { tasks, ...others } = counts;
  console.log(`faults: ${inWords(countKinds(plan))}`);
  console.log(`tasks: ${inWords(tasks)}`);
  console.log(inWords(others));
  console.log(
    `back at full speed after ${recovery.afterMs === null ? 'never' : `${Math.round(recovery.afterMs)} ms`}, ` +
      `everything over after ${Math.round(drainedAfterMs)} ms`,
  );
}

function countKinds(plan: readonly Fault[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of plan) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function inWords(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => process.exit(128 + constants.signals[signal]));
}
await main();
