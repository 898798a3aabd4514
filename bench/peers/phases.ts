import { readFileSync } from 'node:fs';
import { stepsOf, type Layers, type Peer, type Store } from './peer.js';
import { PEERS } from './peers.js';
import { StepCounter } from './step.counter.js';

const WARM_UP_TASKS = 20;

export interface Description {
  readonly name: string;
  readonly package: string;
  readonly version: string;
  readonly store: Store;
  readonly setup: string;
  readonly persists: string;
  readonly cannot: Readonly<Record<string, string>>;
}

/** What is known of the peers without running them. */
export async function describePeers(): Promise<Description[]> {
  const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const peers = await Promise.all(Object.values(PEERS).map((load) => load()));
  return peers.map((peer) => ({
    name: peer.name,
    package: peer.package,
    version: dependencies[peer.package]!,
    store: peer.store,
    setup: peer.setup,
    persists: peer.persists,
    cannot: peer.cannot,
  }));
}

/** Starts the tasks in an empty store, while no worker runs. */
export async function measureStart(peer: Peer, url: string, layers: Layers, tasks: number): Promise<object> {
  const starter = await peer.openStarter(url, layers);
  const began = performance.now();
  await starter.start(tasks);
  const seconds = (performance.now() - began) / 1_000;
  await starter.close();
  return { startPerSecond: tasks / seconds };
}

/** Runs the tasks that were started before, from the first call of a step to when the last end is stored. */
export async function measureRun(peer: Peer, url: string, layers: Layers, tasks: number): Promise<object> {
  const expected = tasks * stepsOf(layers);
  const steps = new StepCounter();
  const ran = steps.more(expected);
  const worker = await peer.openWorker(url, layers, steps);
  await ran;
  await worker.settled();
  const seconds = steps.secondsSinceFirst();
  await worker.close();
  if (steps.count !== expected) throw new Error(`${steps.count} steps were run, ${expected} were expected.`);
  return { steps: expected, stepsPerSecond: expected / seconds };
}

/** Starts tasks one after the other in the process that runs them, each when the one before it has ended. */
export async function measureLone(peer: Peer, url: string, layers: Layers, tasks: number): Promise<object> {
  const worker = await peer.openWorker(url, layers, new StepCounter());
  const took: number[] = [];
  for (let round = 0; round < WARM_UP_TASKS + tasks; round++) {
    const began = performance.now();
    await worker.runLone();
    if (round >= WARM_UP_TASKS) took.push(performance.now() - began);
  }
  await worker.close();
  return { took };
}
