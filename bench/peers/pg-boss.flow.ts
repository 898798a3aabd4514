import type { FlowJob, PgBoss } from 'pg-boss';
import { inBatches, times } from './batches.js';
import { CONTEXT, type Layers, type Peer, stepsOf, type Starter, type Worker } from './peer.js';
import { BATCH, bossWorker, openBoss, QUEUE, WORK } from './pg-boss.js';
import type { StepCounter } from './step.counter.js';

const LANES = 2;

export const pgBossFlow: Peer = {
  name: 'pg-boss-flow',
  package: 'pg-boss',
  store: 'postgres',
  setup:
    `flow() with the jobs of ${BATCH} tasks, ${LANES} workers that fetch ${BATCH} jobs at once; what a job holds up is released by ` +
    'resolveFlow() as soon as one has ended, rather than by the poll of at least 1 s, and the workers are then woken',
  persists:
    'a job for each step, with its result and when it began and ended, and the edges; joins; each batch commits on its own, synced to disk',
  cannot: { single: 'flow() takes no jobs of which none depends on another: see pg-boss-batches' },
  openStarter,
  openWorker,
};

interface Payload {
  readonly context: typeof CONTEXT;
  readonly holdsUpOthers: boolean;
}

async function openStarter(url: string, layers: Layers): Promise<Starter> {
  const boss = await openBoss(url);
  return {
    start: (tasks) => inBatches(tasks, BATCH, (size) => startFlows(boss, layers, size)),
    close: () => boss.stop({ graceful: false }),
  };
}

async function openWorker(url: string, layers: Layers, steps: StepCounter): Promise<Worker> {
  const boss = await openBoss(url);
  const resolver = new FlowResolver(boss);
  let latest: string | undefined;
  for (let lane = 0; lane < LANES; lane++) {
    const id = await boss.work<Payload>(QUEUE, { ...WORK, perJobResults: true }, (jobs) => {
      latest = jobs.at(-1)?.id;
      resolver.ended(jobs.filter(({ data }) => data.holdsUpOthers).length);
      return Promise.resolve(jobs.map((job) => ({ id: job.id, status: 'completed' as const, output: steps.run() })));
    });
    boss.on('flow', () => boss.notifyWorker(id));
  }
  return bossWorker(boss, url, {
    runOne: async () => {
      const ran = steps.more(stepsOf(layers));
      await startFlows(boss, layers, 1);
      await ran;
    },
    latestJob: () => latest,
  });
}

/** Releases what ended jobs hold up, again and again for as long as there are such jobs. */
class FlowResolver {
  private unresolved = 0;
  private isRunning = false;

  constructor(private readonly boss: PgBoss) {
    boss.on('flow', ({ resolved }) => (this.unresolved -= resolved));
  }

  ended(jobs: number): void {
    this.unresolved += jobs;
    if (!this.isRunning) void this.run();
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    while (this.unresolved > 0) await this.boss.resolveFlow();
    this.isRunning = false;
  }
}

async function startFlows(boss: PgBoss, layers: Layers, tasks: number): Promise<void> {
  await boss.flow(times(tasks, (task) => flowOf(layers, `${task}`)).flat());
}

/** The jobs of one task; those of a layer depend on all of the layer before it. */
function flowOf(layers: Layers, task: string): FlowJob[] {
  const refs = layers.map((width, layer) => times(width, (index) => `${task}_${layer}_${index}`));
  return refs.flatMap((layer, index) =>
    layer.map((ref) => ({
      ref,
      name: QUEUE,
      data: { context: CONTEXT, holdsUpOthers: index + 1 < layers.length } satisfies Payload,
      dependsOn: refs[index - 1] ?? [],
    })),
  );
}
