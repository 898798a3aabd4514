import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Part } from './part.js';

const ROOT = join(import.meta.dirname, '../..');
const TESTS = join(ROOT, 'test');

/** The tests that do less in `npm test` do all that they can; words are Jest's. */
export const runRandom: Part = async ({ words }) => {
  const args = [join(ROOT, 'scripts/test.mjs'), '--runTestsByPath', ...filesWithAmounts(), ...words];
  const env = { ...process.env, TASKER_TESTS_IN_FULL: '1', CI: '' }; // the report belongs to the run of all tests
  const [code] = (await once(spawn(process.execPath, args, { env, stdio: 'inherit' }), 'exit')) as [number | null];
  return code === 0;
};

function filesWithAmounts(): string[] {
  return readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.spec.ts'))
    .map((file) => join(TESTS, file))
    .filter((file) => readFileSync(file, 'utf8').includes('/support/amount.js'));
}
