/**
 * `npm run mutants`: tries each mutant of the lists against the tests of its subject, prints a table by room, and fails where
 * less than 95 % of a room's are noticed. Words behind `--` choose rooms, lists or single mutants.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { migrate } from '../../lib/persistence/migration.runner.js';
import { ScriptError } from '../../scripts/script.mjs';
import { CompileCheck } from './compile.check.js';
import type { ListedMutant } from './mutant.js';
import { chosenMutants, listedMutants, ROOT, specsOf } from './mutant.lists.js';
import { tryMutant } from './mutant.trial.js';
import { isGood, line, report } from './report.js';
import type { Result } from './report.js';
import { Sandbox } from './sandbox.js';
import { runTests } from './test.run.js';

const DRY_LIMIT_MS = 600_000;
/** What the first failed test of each mutant said, to be looked at when a verdict is surprising. */
const RESULTS = join(ROOT, 'build/mutants.json');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { workers: { type: 'string', default: '2' }, 'skip-dry-run': { type: 'boolean', default: false } },
});
const chosen = chosenMutants(await listedMutants(), positionals);
const sandboxes: Sandbox[] = [];
try {
  const size = Math.min(Number(values.workers), chosen.length);
  for (let number = 1; number <= size; number++) sandboxes.push(await Sandbox.make(number));
  if (!values['skip-dry-run']) await requirePassingTests();
  const results = await tryAll(await checkOf(sandboxes[0]!.databaseUrl));
  console.log(`\n${report(results)}`);
  process.exitCode = isGood(results) ? 0 : 1;
} finally {
  await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
}

/** A test that fails without any mutant would notice each. */
async function requirePassingTests(): Promise<void> {
  const specs = specsOf(chosen.flatMap(({ tests }) => tests));
  const failed: string[] = [];
  await inTurns(specs, async (spec, sandbox) => {
    const run = await runTests(sandbox, [spec], DRY_LIMIT_MS);
    if (run.kind === 'timeout') failed.push(`${spec} does not end`);
    if (run.kind === 'failed') failed.push(`${spec}: ${run.test}\n${run.message}`);
  });
  if (failed.length > 0) throw new ScriptError(`These tests fail without a mutant:\n${failed.join('\n')}`);
}

async function tryAll(check: CompileCheck): Promise<readonly Result[]> {
  const results = new Map<ListedMutant, Result>();
  await inTurns(chosen, async (mutant, sandbox) => {
    const result = await tryMutant(mutant, sandbox, check);
    results.set(mutant, result);
    writeFileSync(RESULTS, JSON.stringify([...results.values()], undefined, 2));
    console.log(`${results.size}/${chosen.length} ${line(result)}`);
  });
  return chosen.map((mutant) => results.get(mutant)!);
}

/** Each sandbox takes the next piece of work when it is done with one. */
async function inTurns<T>(all: readonly T[], work: (one: T, sandbox: Sandbox) => Promise<void>): Promise<void> {
  const left = all.values();
  const serve = async (sandbox: Sandbox): Promise<void> => {
    for (const one of left) await work(one, sandbox);
  };
  await Promise.all(sandboxes.map(serve));
}

/** Mutants of SQL are loaded, in transactions that are rolled back, into a database of their own. */
async function checkOf(serverUrl: string): Promise<CompileCheck> {
  const name = `tasker_mutants_${process.pid}`;
  const admin = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  await admin.query(`drop database if exists ${name} with (force)`);
  await admin.query(`create database ${name} template template0`);
  await admin.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await migrate(client, 'tasker', 'apply');
  await client.end();
  return new CompileCheck(url.href);
}
