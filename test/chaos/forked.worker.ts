import { afterEach } from '@jest/globals';
import type { WorkerOptions } from 'nestjs-tasker';
import { HANDLER, type TestTemplate } from '../support/factories.js';
import type { Host, StepFunction } from '../support/host.js';
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

/** A worker in the process of the test, which is one of several. */
export function workHere(
  lab: Lab,
  template: TestTemplate,
  worker: WorkerOptions,
  process: StepFunction,
): Promise<Host> {
  return lab.open({ templates: [template], handlers: { [HANDLER]: process }, worker: { ...worker, enabled: true } });
}
