import { randomBytes } from 'node:crypto';
import { openServer } from '../../scripts/database.mjs';
import { beginRun } from './run.js';

const EXPLAINED = ['EmbeddedPostgresError', 'DatabaseUnreachableError'];

/**
 * One PostgreSQL server for the whole run, and one name for everything this run creates there, so that runs that share a
 * server do not meet. The template database is made by the first test file that wants a copy: see `database.ts`.
 */
export default async function globalSetup() {
  const run = `tasker_test_${randomBytes(4).toString('hex')}`;
  const { url, end } = await open(run).catch(sayAndExit);
  globalThis.endOfTaskerTests = end;
  process.env.TASKER_TEST_SERVER_URL = url;
  process.env.TASKER_TEST_RUN = run;
}

async function open(run) {
  const { url, stop } = await openServer({ disposable: true });
  const endRun = await beginRun(url, run);
  return { url, end: () => endRun().then(stop) };
}

/** Jest would wrap what is one sentence in one of its own, and a stack. */
function sayAndExit(error) {
  process.stderr.write(`${EXPLAINED.includes(error.name) ? error.message : error.stack}\n`);
  process.exit(1);
}
