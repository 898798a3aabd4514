import { openServer } from '#database';
import {
  readArguments,
  USAGE,
  type AuditArguments,
  type BenchArguments,
  type ComparisonArguments,
  type DocumentsArguments,
  type GuessArguments,
  type ImportArguments,
} from './arguments.js';
import { measureAudit } from './audit.js';
import { compare } from './comparison.js';
import { inNewDatabase } from './database.js';
import { measureDocuments } from './documents.js';
import { measureGuesses } from './guesses.js';
import { measure, type Measurement } from './measurement.js';
import { measureImport } from './imports.js';
import { measureOverload } from './overload.js';
import { measureReaders } from './readers.js';
import { workload } from './workloads.js';

// A comparison measures ours in processes of their own, which end with it.
process.on('disconnect', () => process.exit(1));
process.channel?.unref();

async function measureAll(serverUrl: string, args: BenchArguments): Promise<void> {
  for (const name of args.workloads) {
    const load = workload(name, args.templates, args.queues);
    if (args.overload) {
      const overload = await inNewDatabase(serverUrl, name, (url, client) => measureOverload(load, url, client, args));
      console.log(args.json ? JSON.stringify(overload) : overload);
    } else if (args.readers) {
      const readers = await inNewDatabase(serverUrl, name, (url, client) => measureReaders(load, url, client, args));
      console.log(args.json ? JSON.stringify(readers) : readers);
    } else {
      const measurement = await inNewDatabase(serverUrl, name, (url, client) => measure(load, url, client, args));
      print(measurement, args.json);
    }
  }
}

function print(measurement: Measurement, json: boolean): void {
  if (json) {
    console.log(JSON.stringify(measurement));
    return;
  }
  const {
    workload: name,
    tasks,
    steps,
    startPerSecond,
    stepsPerSecond,
    latencyMs,
    workerMemory,
    reads,
    costs,
  } = measurement;
  console.log(
    `${name.padEnd(8)} ${tasks} tasks, ${steps} steps: ${startPerSecond} tasks/s started, ${stepsPerSecond} steps/s, ` +
      `a lone task ${latencyMs.p50} ms p50, ${latencyMs.p95} ms p95`,
  );
  if (workerMemory) {
    console.log(`  a worker has ${workerMemory.secondFifthMb} MB at first, ${workerMemory.lastFifthMb} MB at the end`);
  }
  if (costs) console.dir(costs, { depth: null });
  for (const [what, { p50, p95 }] of Object.entries(reads ?? {})) {
    console.log(`  ${what.padEnd(36)} ${p50} ms p50, ${p95} ms p95`);
  }
}

function printImport({ rounds, json }: ImportArguments): void {
  const measurement = measureImport(rounds);
  const { hostMs, ownMs, ratio } = measurement;
  if (json) console.log(JSON.stringify(measurement));
  else
    console.log(
      `import   ${ownMs} ms of processor time, after ${hostMs} ms for Nest, TypeORM and pg: ${ratio} of that`,
    );
}

async function printDocuments(serverUrl: string, { json }: DocumentsArguments): Promise<void> {
  const measured = await inNewDatabase(serverUrl, 'documents', (url) => measureDocuments(url));
  if (json) for (const measurement of measured) console.log(JSON.stringify(measurement));
  else
    console.table(measured.map(({ growth, ...figures }) => ({ ...figures, growth: Object.values(growth).join(' ') })));
}

async function printAudit(serverUrl: string, { json }: AuditArguments): Promise<void> {
  const measured = await inNewDatabase(serverUrl, 'audit', measureAudit);
  console.log(json ? JSON.stringify(measured) : measured);
}

async function printGuesses(serverUrl: string, { json }: GuessArguments): Promise<void> {
  const measured = await inNewDatabase(serverUrl, 'guesses', measureGuesses);
  if (json) for (const measurement of measured) console.log(JSON.stringify(measurement));
  else console.table(measured);
}

async function run(
  args: AuditArguments | BenchArguments | ComparisonArguments | DocumentsArguments | GuessArguments,
): Promise<void> {
  const server = await openServer();
  try {
    if ('isDocuments' in args) await printDocuments(server.url, args);
    else if ('isAudit' in args) await printAudit(server.url, args);
    else if ('isGuesses' in args) await printGuesses(server.url, args);
    else await (args.peers ? compare(server.url, args) : measureAll(server.url, args));
  } finally {
    await server.stop();
  }
}

async function main(): Promise<void> {
  const args = readArguments(process.argv.slice(2));
  if ('isImport' in args) printImport(args);
  else await run(args);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  console.error(`Usage: ${USAGE}`);
  process.exitCode = 1;
});
