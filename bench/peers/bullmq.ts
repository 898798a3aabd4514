import { createPostgresBackend, FlowProducer, Worker as QueueWorker, type FlowJob, type FlowJobNode } from 'bullmq';
import { inBatches, times } from './batches.js';
import { Gatherer } from './gatherer.js';
import {
  CONTEXT,
  stepsOf,
  type Layers,
  type Peer,
  type Starter,
  type StepResult,
  type Store,
  type Worker,
} from './peer.js';
import type { StepCounter } from './step.counter.js';

const QUEUE = 'bench';
const BATCH = 500;
const CONCURRENCY = 400;
const CONNECTIONS = 20;

export const bullmqEverysec = bullmqOn('redis everysec', 'bullmq-everysec', 'synced to disk once a second');
export const bullmqAlways = bullmqOn('redis always', 'bullmq-always', 'synced to disk before it is answered');
export const bullmqPostgres = bullmqOn('postgres', 'bullmq-postgres', 'synced to disk');

function bullmqOn(store: Store, name: string, durability: string): Peer {
  const connect = store === 'postgres' ? connectPostgres : connectRedis;
  return {
    name,
    package: 'bullmq',
    store,
    setup:
      `flows added ${BATCH} at a time, ${CONCURRENCY} jobs at a time; a flow is a tree that ends in its root, so where one step is ` +
      'followed by several, its handler adds the rest of the task by hand, with one addBulk for all that end while the one before is under way',
    persists: `a job for each step, with its result and when it began and ended; joins; each job ends on its own, ${durability}`,
    cannot: {},
    openStarter: (url, layers) => openStarter(connect(url), layers),
    openWorker: (url, layers, steps) => openWorker(connect(url), layers, steps),
  };
}

interface Payload {
  readonly context: typeof CONTEXT;
  /** The flows that follow the one which this job ends; none when it ends the task. */
  readonly rest: readonly Layers[];
}

interface Job {
  readonly data: Payload;
}

interface Connection {
  readonly flows: Pick<FlowProducer, 'addBulk' | 'close' | 'waitUntilReady'>;
  /** Runs jobs from now on, and tells when one has ended. */
  readonly work: (run: (job: Job) => Promise<StepResult>, ended: () => void) => { close(): Promise<void> };
}

function connectRedis(url: string): Connection {
  const connection = { url };
  return {
    flows: new FlowProducer({ connection }),
    work: (run, ended) =>
      new QueueWorker<Payload, StepResult>(QUEUE, run, { connection, concurrency: CONCURRENCY }).on('completed', ended),
  };
}

function connectPostgres(url: string): Connection {
  const connection = { connectionString: url, max: CONNECTIONS, migrate: true };
  return {
    flows: new FlowProducer({ connection }, createPostgresBackend),
    work: (run, ended) =>
      new QueueWorker(QUEUE, run, { connection, concurrency: CONCURRENCY }, createPostgresBackend).on(
        'completed',
        ended,
      ),
  };
}

async function openStarter({ flows }: Connection, layers: Layers): Promise<Starter> {
  await flows.waitUntilReady();
  return {
    start: (tasks) => inBatches(tasks, BATCH, (size) => flows.addBulk(times(size, () => flowOf(treesOf(layers))))),
    close: () => flows.close(),
  };
}

async function openWorker({ flows, work }: Connection, layers: Layers, steps: StepCounter): Promise<Worker> {
  await flows.waitUntilReady();
  const followers = new Gatherer<FlowJob>((batch) => flows.addBulk([...batch]));
  let ended = 0;
  let told = (): void => {};
  const untilEnded = (count: number): Promise<void> =>
    new Promise((resolve) => {
      told = () => {
        if (ended === count) resolve();
      };
      told();
    });
  const queue = work(
    async ({ data: { rest } }) => {
      const result = steps.run();
      if (rest.length > 0) await followers.add(flowOf(rest));
      return result;
    },
    () => {
      ended += 1;
      told();
    },
  );
  return {
    runLone: async () => {
      const end = untilEnded(ended + stepsOf(layers));
      await flows.addBulk([flowOf(treesOf(layers))]);
      await end;
    },
    settled: () => untilEnded(steps.count),
    close: async () => {
      await queue.close();
      await flows.close();
    },
  };
}

/** Cuts the layers where one step is followed by several, which no flow can have: in a tree, a job has one parent. */
function treesOf(layers: Layers): Layers[] {
  const trees: number[][] = [];
  for (const [layer, width] of layers.entries()) {
    if (layer === 0 || width > layers[layer - 1]!) trees.push([]);
    trees.at(-1)!.push(width);
  }
  return trees;
}

/** The first of the trees; its root is its last layer. */
function flowOf([layers, ...rest]: readonly Layers[]): FlowJob {
  let nodes: FlowJobNode[] = [];
  for (const [layer, width] of layers!.entries()) {
    const isRoot = layer + 1 === layers!.length;
    const data: Payload = { context: CONTEXT, rest: isRoot ? rest : [] };
    const children = nodes;
    nodes = times(width, () => ({ name: 'step', queueName: QUEUE, data, ...(children.length > 0 && { children }) }));
  }
  return nodes[0] as FlowJob;
}
