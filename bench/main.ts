import pg from 'pg';
import { openServer } from '#database';
import { readArguments, USAGE, type BenchArguments } from './arguments.js';
import { measure, type Measurement } from './measurement.js';
import { workload, type WorkloadName } from './workloads.js';

/** Measures a workload in a new database, so that no run profits or suffers from another. */
async function inNewDatabase(serverUrl: string, name: WorkloadName, args: BenchArguments): Promise<Measurement> {
  const database = `tasker_bench_${process.pid}_${name}`;
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  const admin = new pg.Client({ connectionString: serverUrl });
  const client = new pg.Client({ connectionString: url.href });
  await admin.connect();
  await admin.query(`create database ${database}`);
  try {
    await client.connect();
    return await measure(workload(name, args.templates, args.queues), url.href, client, args);
  } finally {
    await client.end();
    await admin.query(`drop database ${database} with (force)`);
    await admin.end();
  }
}

function print(measurement: Measurement, json: boolean): void {
  if (json) {
    console.log(JSON.stringify(measurement));
    return;
  }
  const { workload: name, tasks, steps, startPerSecond, stepsPerSecond, latencyMs, workerMemory, reads } = measurement;
  console.log(
    `${name.padEnd(8)} ${tasks} tasks, ${steps} steps: ${startPerSecond} tasks/s started, ${stepsPerSecond} steps/s, ` +
      `a lone task ${latencyMs.p50} ms p50, ${latencyMs.p95} ms p95`,
  );
  if (workerMemory) {
    console.log(`  a worker has ${workerMemory.secondFifthMb} MB at first, ${workerMemory.lastFifthMb} MB at the end`);
  }
  for (const [what, { p50, p95 }] of Object.entries(reads ?? {})) {
    console.log(`  ${what.padEnd(36)} ${p50} ms p50, ${p95} ms p95`);
  }
}

async function main(): Promise<void> {
  const args = readArguments(process.argv.slice(2));
  const server = await openServer();
  try {
    for (const name of args.workloads) print(await inNewDatabase(server.url, name, args), args.json);
  } finally {
    await server.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  console.error(`Usage: ${USAGE}`);
  process.exitCode = 1;
});
