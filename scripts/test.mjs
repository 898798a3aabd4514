/**
 * `npm test`: runs Jest, installing first what is missing. Arguments are Jest's: `npm test -- --selectProjects unit`.
 * With CI set, or with `--json`, Jest's own report is written to build/test-report.json.
 */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensureInstalled } from './ensure-installed.mjs';
import { ROOT, run } from './script.mjs';

const REPORT = join(ROOT, 'build/test-report.json');

await run(async () => {
  await ensureInstalled();
  runJest(withReport(process.argv.slice(2)));
});

function withReport(args) {
  const asked = args.includes('--json');
  if (args.some((arg) => arg.startsWith('--outputFile')) || (!asked && !process.env.CI)) return args;
  mkdirSync(dirname(REPORT), { recursive: true });
  return [...args, ...(asked ? [] : ['--json']), `--outputFile=${REPORT}`];
}

/** ES modules under Jest need Node's flag, whose warning says nothing that a reader of test results wants to know. */
function runJest(args) {
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
  const child = spawn(process.execPath, [...flags, jest, ...args], { cwd: ROOT, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('exit', (code) => process.exit(code ?? 1));
}
