import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Sandbox } from './sandbox.js';

/** How the tests of a mutant ended: all passed, the first that failed, or none before the time was over. */
export type TestRun =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly test: string; readonly message: string }
  | { readonly kind: 'timeout' };

/** Runs test files (relative to `test/`) in the sandbox, up to the first test that fails. */
export async function runTests(sandbox: Sandbox, specs: readonly string[], limitMs: number): Promise<TestRun> {
  const { root, databaseUrl } = sandbox;
  const failure = join(root, 'first-failure.json');
  rmSync(failure, { force: true });
  const args = [
    `--import=${pathToFileURL(join(root, 'test/support/end-with-parent.js')).href}`,
    join(root, 'node_modules/jest/bin/jest.js'),
    '--runInBand',
    `--reporters=${join(root, 'test/mutants/first-failure.reporter.js')}`,
    `--testSequencer=${join(root, 'test/mutants/listed-order.sequencer.js')}`,
    '--runTestsByPath',
    ...specs.map((spec) => join('test', spec)),
  ];
  const env = { ...process.env, DATABASE_URL: databaseUrl, MUTANT_FAILURE: failure, MUTANT_SPECS: specs.join('\n') };
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (output = `${output}${chunk}`.slice(-4_000)));
  const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  clearTimeout(timer);
  if (signal === 'SIGKILL') return { kind: 'timeout' };
  if (existsSync(failure))
    return { kind: 'failed', ...(JSON.parse(readFileSync(failure, 'utf8')) as { test: string; message: string }) };
  if (code === 0) return { kind: 'passed' };
  return { kind: 'failed', test: 'Jest', message: output };
}
