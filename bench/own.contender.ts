import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runProgram } from './child.program.js';
import type { Contender } from './contender.js';
import type { Measurement } from './measurement.js';

const BENCH = fileURLToPath(new URL('./main.js', import.meta.url));
const PACKAGE = new URL('../../package.json', import.meta.url);

/** Ours, by the bench as it is without peers, in processes as fresh as those of the peers. */
export function ownContender(serverUrl: string): Contender {
  const { name, version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { name: string; version: string };
  return {
    name,
    version,
    setup: 'started in batches of 500, one worker process of 400 steps at a time',
    persists:
      'the result of each step and every transition of steps and tasks; joins; each batch commits on its own, synced to disk',
    whyNot: () => undefined,
    measure: async (workload, tasks) => {
      const args = ['--json', '--workload', workload.name, '--tasks', `${tasks}`];
      const { output } = await runProgram(BENCH, args, { DATABASE_URL: serverUrl });
      const { startPerSecond, stepsPerSecond, latencyMs } = JSON.parse(output) as Measurement;
      return { startPerSecond, stepsPerSecond, latencyMs };
    },
  };
}
