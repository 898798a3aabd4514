import type { Job, JobInsert, PgBoss } from 'pg-boss';
import { inBatches, times } from './batches.js';
import { HAND_CHAIN_CANNOT, type HandChainPayload } from './hand.chain.js';
import { CONTEXT, type Layers, type Peer, stepsOf, type Starter, type Worker } from './peer.js';
import { BATCH, bossWorker, openBoss, QUEUE, WORK } from './pg-boss.js';
import type { StepCounter } from './step.counter.js';

const LANES = 2;

export const pgBossBatches: Peer = {
  name: 'pg-boss-batches',
  package: 'pg-boss',
  store: 'postgres',
  setup:
    `${LANES} workers that fetch ${BATCH} jobs at once, woken by notifications; the handler inserts the next steps by hand, ` +
    'in the transaction that completes the batch',
  persists:
    'a job for each step, with when it began and ended; a result only as what the next job is given; no joins; each batch commits on its own, synced to disk',
  cannot: HAND_CHAIN_CANNOT,
  openStarter,
  openWorker,
};

async function openStarter(url: string): Promise<Starter> {
  const boss = await openBoss(url);
  return {
    start: (tasks) => inBatches(tasks, BATCH, (size) => startTasks(boss, size)),
    close: () => boss.stop({ graceful: false }),
  };
}

async function openWorker(url: string, layers: Layers, steps: StepCounter): Promise<Worker> {
  const boss = await openBoss(url);
  let latest: string | undefined;
  const options = { ...WORK, localConcurrency: LANES, transactional: true } as const;
  await boss.work(QUEUE, options, async (jobs: Job<HandChainPayload>[], db) => {
    const next: JobInsert<HandChainPayload>[] = [];
    for (const { data } of jobs) {
      const before = steps.run();
      if (data.layer + 1 < layers.length) next.push(jobOf({ ...data, layer: data.layer + 1, before }));
    }
    latest = jobs.at(-1)?.id;
    if (next.length > 0) await boss.insert(QUEUE, next, { db });
  });
  return bossWorker(boss, url, {
    runOne: async () => {
      const ran = steps.more(stepsOf(layers));
      await startTasks(boss, 1);
      await ran;
    },
    latestJob: () => latest,
  });
}

async function startTasks(boss: PgBoss, tasks: number): Promise<void> {
  const first = jobOf({ context: CONTEXT, layer: 0 });
  await boss.insert(
    QUEUE,
    times(tasks, () => first),
  );
}

function jobOf(data: HandChainPayload): JobInsert<HandChainPayload> {
  return { data };
}
