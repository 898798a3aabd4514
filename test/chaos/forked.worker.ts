import { afterEach } from '@jest/globals';
import type { Lab } from '../support/lab.js';
import { ForkedWorker, type WorkerSettings } from './worker.fork.js';

/** For tests that start processes: each takes seconds on a machine that is busy with other tests. */
export const PROCESS_TIMEOUT_MS = 120_000;

/** Answers what forks workers on the database of the lab. Call it before `useLab`, so that its processes end first. */
export function useForkedWorkers(): (lab: Lab, settings?: WorkerSettings) => Promise<ForkedWorker> {
  let workers: ForkedWorker[] = [];
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.kill()));
    workers = [];
  });
  return async ({ url }, settings) => {
    const worker = new ForkedWorker(url, settings);
    workers.push(worker);
    await worker.ready;
    return worker;
  };
}
