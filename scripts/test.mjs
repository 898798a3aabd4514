/**
 * `npm test`: runs Jest, installing first what is missing. Arguments are Jest's: `npm test -- --selectProjects unit`.
 * With CI set, or with `--json`, Jest's own report is written to build/test-report.json.
 */
import { spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildWhatChanged } from './build.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { endWithNpm } from './parents.mjs';
import { pgbouncerPlace } from './pgbouncer.mjs';
import { progress, requireTemporaryFolder, ROOT, run } from './script.mjs';
import { inTurn } from './turn.mjs';

const END_WITH_PARENT = new URL('../test/support/end-with-parent.js', import.meta.url).href;
const REPORT = join(ROOT, 'build/test-report.json');

await run(async () => {
  endWithNpm();
  requireTemporaryFolder();
  await inTurn(async () => {
    await ensureInstalled();
    buildWhatChanged('schematics'); // which the devkit loads by itself, compiled
  });
  runJest(withReport(withoutPooler(process.argv.slice(2))));
});

/** A clone needs nothing but Node: what needs PgBouncer is left out where it is not installed, and said so. Never in CI. */
function withoutPooler(args) {
  if (process.env.CI || pgbouncerPlace()) return args;
  progress('PgBouncer is not installed: the tests in pooler.spec.ts are left out (apt-get install pgbouncer).');
  return [...args, '--testPathIgnorePatterns=pooler\\.spec\\.ts$'];
}

function withReport(args) {
  const asked = args.includes('--json');
  if (args.some((arg) => arg.startsWith('--outputFile')) || (!asked && !process.env.CI)) return args;
  mkdirSync(dirname(REPORT), { recursive: true });
  accessSync(dirname(REPORT), constants.W_OK);
  rmSync(REPORT, { force: true }); // a run that ends before its report must not leave that of an earlier one
  return [...args, ...(asked ? [] : ['--json']), `--outputFile=${REPORT}`];
}

function runJest(args) {
  const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
  const child = spawn(process.execPath, [`--import=${END_WITH_PARENT}`, jest, ...args], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('exit', (code) => process.exit(code ?? 1));
}
