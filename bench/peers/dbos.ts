import { DBOS, DBOSClient } from '@dbos-inc/dbos-sdk';
import pg from 'pg';
import { inBatches, times } from './batches.js';
import { CONTEXT, type Layers, type Peer, type Starter, type Worker } from './peer.js';
import type { StepCounter } from './step.counter.js';
import { untilNone } from './waiting.js';

const APP = 'bench';
const QUEUE = 'bench';
const WORKFLOW = 'bench';
const CONNECTIONS = 20;
const CONCURRENCY = 400;
const POLL_INTERVAL_MS = 20;
const BATCH = 100;
const LANES = 4;
const OPEN = `select from dbos.workflow_status where status in ('ENQUEUED', 'PENDING') limit 1`;

export const dbos: Peer = {
  name: 'dbos',
  package: '@dbos-inc/dbos-sdk',
  store: 'postgres',
  setup:
    `a workflow with a runStep for each step, started in transactions of ${BATCH} over ${LANES} connections onto a queue that is ` +
    `looked at every ${POLL_INTERVAL_MS} ms and runs ${CONCURRENCY} workflows at a time over ${CONNECTIONS} connections; ` +
    'a lone one is started by startWorkflow, without the queue',
  persists:
    'the result of each step, with when it began and ended, and the state of the workflow; joins are code; each step and each end commits on its own, synced to disk',
  cannot: {},
  openStarter,
  openWorker,
};

async function openStarter(url: string, layers: Layers): Promise<Starter> {
  await DBOS.migrate(url);
  const client = await DBOSClient.create({ systemDatabaseUrl: url, applicationName: APP });
  await client.registerQueue(QUEUE, { workerConcurrency: CONCURRENCY, minPollingIntervalMs: POLL_INTERVAL_MS });
  const pool = new pg.Pool({ connectionString: url, max: LANES });
  const options = { queueName: QUEUE, workflowName: WORKFLOW };
  const startBatch = async (size: number): Promise<void> => {
    const connection = await pool.connect();
    await connection.query('begin');
    for (let task = 0; task < size; task++) await client.enqueueInTransaction(connection, options, layers, CONTEXT);
    await connection.query('commit');
    connection.release();
  };
  return {
    start: (tasks) => inBatches(tasks, BATCH, startBatch, LANES),
    close: async () => {
      await pool.end();
      await client.destroy();
    },
  };
}

async function openWorker(url: string, layers: Layers, steps: StepCounter): Promise<Worker> {
  DBOS.setConfig({
    name: APP,
    systemDatabaseUrl: url,
    systemDatabasePoolSize: CONNECTIONS,
    logLevel: 'error',
  });
  const workflow = DBOS.registerWorkflow(
    async (widths: Layers, _context: typeof CONTEXT) => {
      for (const [layer, width] of widths.entries()) {
        await Promise.all(
          times(width, (index) => DBOS.runStep(() => Promise.resolve(steps.run()), { name: `step_${layer}_${index}` })),
        );
      }
    },
    { name: WORKFLOW },
  );
  await DBOS.launch();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return {
    runLone: async () => {
      const handle = await DBOS.startWorkflow(workflow)(layers, CONTEXT);
      await handle.getResult();
    },
    settled: () => untilNone(client, OPEN),
    close: async () => {
      await client.end();
      await DBOS.shutdown();
    },
  };
}
