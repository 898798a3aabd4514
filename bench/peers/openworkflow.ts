import { OpenWorkflow } from 'openworkflow';
import { BackendPostgres } from 'openworkflow/postgres';
import pg from 'pg';
import { inBatches, times } from './batches.js';
import { CONTEXT, type Layers, type Peer, stepsOf, type Starter, type Worker } from './peer.js';
import type { StepCounter } from './step.counter.js';
import { untilNone } from './waiting.js';

const CONNECTIONS = 20;
const CONCURRENCY = 200;
const WORKFLOW = { name: 'bench' };
const OPEN = `select from openworkflow.workflow_runs where status <> 'completed' limit 1`;
const THIS_OPEN = `select from openworkflow.workflow_runs where namespace_id = 'default' and id = $1 and status <> 'completed'`;

export const openworkflow: Peer = {
  name: 'openworkflow',
  package: 'openworkflow',
  store: 'postgres',
  setup:
    `a workflow with a step.run for each step, started one by one over ${CONNECTIONS} connections (there is no batch), ` +
    `${CONCURRENCY} at a time; its idle poll of 100 ms to 1 s is not an option`,
  persists:
    'the result of each step, with when it began and ended, and the state of the workflow; joins are code; each claim, begin and end commits on its own, synced to disk',
  cannot: {},
  openStarter,
  openWorker,
};

interface Input {
  readonly layers: Layers;
  readonly context: typeof CONTEXT;
}

async function openStarter(url: string, layers: Layers): Promise<Starter> {
  const backend = await connect(url);
  const client = new OpenWorkflow({ backend });
  const input: Input = { layers, context: CONTEXT };
  return {
    start: (tasks) => inBatches(tasks, 1, () => client.runWorkflow(WORKFLOW, input), CONNECTIONS),
    close: () => backend.stop(),
  };
}

async function openWorker(url: string, layers: Layers, steps: StepCounter): Promise<Worker> {
  const backend = await connect(url);
  const client = new OpenWorkflow({ backend });
  const workflow = client.defineWorkflow<Input, null>(WORKFLOW, async ({ input, step }) => {
    for (const [layer, width] of input.layers.entries()) {
      await Promise.all(
        times(width, (index) => step.run({ name: `step_${layer}_${index}` }, () => ({ ...steps.run() }))),
      );
    }
    return null;
  });
  const worker = client.newWorker({ concurrency: CONCURRENCY });
  await worker.start();
  const connection = new pg.Client({ connectionString: url });
  await connection.connect();
  return {
    runLone: async () => {
      const ran = steps.more(stepsOf(layers));
      const { workflowRun } = await workflow.run({ layers, context: CONTEXT });
      await ran;
      await untilNone(connection, THIS_OPEN, [workflowRun.id]);
    },
    settled: () => untilNone(connection, OPEN),
    close: async () => {
      await worker.stop();
      await connection.end();
      await backend.stop();
    },
  };
}

/** The driver takes the size of its pool from the URL. */
function connect(url: string): Promise<BackendPostgres> {
  const sized = new URL(url);
  sized.searchParams.set('max', String(CONNECTIONS));
  return BackendPostgres.connect(sized.href);
}
