import pg from 'pg';
import { preparePeers } from '#peers';
import type { ComparisonArguments } from './arguments.js';
import { summarise, type Result } from './comparison.summary.js';
import { comparisonTable } from './comparison.table.js';
import type { Contender, Figures } from './contender.js';
import { serverVersion } from './database.js';
import { ownContender } from './own.contender.js';
import { peerContenders } from './peer.contender.js';
import { redisVersion } from './redis.server.js';
import { workload, type Workload } from './workloads.js';

/** Measures ours and the peers on the same server, and prints what it found. */
export async function compare(serverUrl: string, args: ComparisonArguments): Promise<void> {
  const program = await preparePeers();
  const contenders = [ownContender(serverUrl), ...(await peerContenders(program, args.peers, serverUrl))];
  const postgres = await postgresVersion(serverUrl);
  for (const name of args.workloads) {
    const results = await measureInRounds(contenders, workload(name), args);
    if (args.json) printLines(workload(name), results, args, postgres);
    else printTable(workload(name), results, args);
  }
  if (!args.json) printContenders(contenders);
}

/** Everyone once a round, beginning with another one each time, so that a slow while of the machine does not hit the same. */
async function measureInRounds(
  contenders: readonly Contender[],
  of: Workload,
  { tasks, rounds }: ComparisonArguments,
): Promise<Result[]> {
  const results = contenders.map((contender) => ({
    contender,
    figures: [] as Figures[],
    whyNot: contender.whyNot(of),
  }));
  for (let round = 0; round < rounds; round++) {
    const first = round % results.length;
    for (const result of [...results.slice(first), ...results.slice(0, first)]) {
      if (result.whyNot !== undefined) continue;
      process.stderr.write(`${of.name}, round ${round + 1} of ${rounds}: ${result.contender.name}\n`);
      try {
        result.figures.push(await result.contender.measure(of, tasks));
      } catch (error) {
        result.whyNot = `it failed: ${error instanceof Error ? error.message : String(error)}`;
      }
    }
  }
  return results;
}

function printLines(
  { name, stepsPerTask }: Workload,
  results: readonly Result[],
  { tasks, rounds }: ComparisonArguments,
  postgres: string,
): void {
  for (const [index, summary] of summarise(results).entries()) {
    const { contender, figures } = results[index]!;
    const { setup, persists } = contender;
    const run = { workload: name, tasks, steps: tasks * stepsPerTask, rounds };
    const versions = { postgres, redis: redisVersion() ?? null, node: process.version };
    console.log(JSON.stringify({ ...run, ...summary, byRound: figures, setup, persists, ...versions }));
  }
}

function printTable(
  { name, stepsPerTask }: Workload,
  results: readonly Result[],
  { tasks, rounds }: ComparisonArguments,
): void {
  console.log(`${name}: ${tasks} tasks of ${stepsPerTask} steps, median of ${rounds} round(s)`);
  console.log(`${comparisonTable(summarise(results))}\n`);
}

function printContenders(contenders: readonly Contender[]): void {
  for (const { name, persists } of contenders) console.log(`${name} keeps ${persists}.`);
}

async function postgresVersion(serverUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    return await serverVersion(client);
  } finally {
    await client.end();
  }
}
