import { Logger, makeWorkerUtils, run, type AddJobsJobSpec } from 'graphile-worker';
import pg from 'pg';
import { inBatches, times } from './batches.js';
import { Gatherer } from './gatherer.js';
import { HAND_CHAIN_CANNOT, type HandChainPayload } from './hand.chain.js';
import { CONTEXT, type Layers, type Peer, stepsOf, type Starter, type Worker } from './peer.js';
import type { StepCounter } from './step.counter.js';
import { untilNone } from './waiting.js';

const TASK = 'step';
const BATCH = 500;
const CONCURRENCY = 500;
const CONNECTIONS = 10;
const OPEN = 'select from graphile_worker.jobs limit 1';
const THIS_OPEN = 'select from graphile_worker.jobs where id = $1';

export const graphileWorker: Peer = {
  name: 'graphile-worker',
  package: 'graphile-worker',
  store: 'postgres',
  setup:
    `a local queue of ${BATCH} jobs, ${CONCURRENCY} at a time, completions in batches without a delay; the next steps are added ` +
    'by hand, with one addJobs for all that end while the one before is under way',
  persists:
    'a job until it has ended, then nothing: neither results nor history; no joins; each batch commits on its own, synced to disk',
  cannot: HAND_CHAIN_CANNOT,
  openStarter,
  openWorker,
};

const FIRST: AddJobsJobSpec = jobOf({ context: CONTEXT, layer: 0 });
const QUIET = new Logger(() => (level, message) => {
  if (level === 'error') console.error(message);
});

async function openStarter(url: string): Promise<Starter> {
  const utils = await makeWorkerUtils({ connectionString: url, logger: QUIET });
  await utils.migrate();
  return {
    start: (tasks) => inBatches(tasks, BATCH, (size) => utils.addJobs(times(size, () => FIRST))),
    close: async () => utils.release(),
  };
}

async function openWorker(url: string, layers: Layers, steps: StepCounter): Promise<Worker> {
  const utils = await makeWorkerUtils({ connectionString: url, logger: QUIET });
  const next = new Gatherer<AddJobsJobSpec>((specs) => utils.addJobs(specs));
  let latest: string | undefined;
  const runner = await run({
    noHandleSignals: true,
    preset: {
      worker: {
        connectionString: url,
        logger: QUIET,
        maxPoolSize: CONNECTIONS,
        concurrentJobs: CONCURRENCY,
        localQueue: { size: BATCH },
        completeJobBatchDelay: 0,
        failJobBatchDelay: 0,
      },
    },
    taskList: {
      [TASK]: async (payload, { job }) => {
        const { context, layer } = payload as HandChainPayload;
        const before = steps.run();
        latest = job.id;
        if (layer + 1 < layers.length) await next.add(jobOf({ context, layer: layer + 1, before }));
      },
    },
  });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return {
    runLone: async () => {
      const ran = steps.more(stepsOf(layers));
      await utils.addJobs([FIRST]);
      await ran;
      await untilNone(client, THIS_OPEN, [latest]);
    },
    settled: () => untilNone(client, OPEN),
    close: async () => {
      await runner.stop();
      await client.end();
      await utils.release();
    },
  };
}

function jobOf(payload: HandChainPayload): AddJobsJobSpec {
  return { identifier: TASK, payload };
}
