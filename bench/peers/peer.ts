import type { StepCounter } from './step.counter.js';

/** How many steps the layers of a workload's task have; each step of a layer follows all steps of the layer before it. */
export const LAYERS = {
  linear5: [1, 1, 1, 1, 1],
  diamond: [1, 2, 1],
  single: [1],
  fan100: [1, 100, 1],
} as const satisfies Record<string, Layers>;

export type Layers = readonly number[];
export type WorkloadName = keyof typeof LAYERS;

export function stepsOf(layers: Layers): number {
  return layers.reduce((sum, width) => sum + width, 0);
}

export interface StepResult {
  readonly ok: boolean;
  readonly value: number;
}

/** Where a peer keeps its tasks, empty at first: a PostgreSQL database, or a Redis server with that `appendfsync`. */
export type Store = 'postgres' | 'redis everysec' | 'redis always';

/** The context that a task is started with, the same for all. */
export const CONTEXT = { orderId: 4711, customer: 'c-17' } as const;

/** One peer, or one of several ways to use it. */
export interface Peer {
  readonly name: string;
  /** The package whose version is reported. */
  readonly package: string;
  readonly store: Store;
  /** How it is set up here. */
  readonly setup: string;
  /** What of a task is kept, and how safely. */
  readonly persists: string;
  /** The workloads that it has no means for, and why. */
  readonly cannot: Readonly<Partial<Record<WorkloadName, string>>>;
  /** Prepares an empty store, and connects as a process that only starts tasks. */
  openStarter(url: string, layers: Layers): Promise<Starter>;
  /** Connects as a process that runs the steps of all tasks there are and will be, from now on. */
  openWorker(url: string, layers: Layers, steps: StepCounter): Promise<Worker>;
}

export interface Starter {
  start(tasks: number): Promise<void>;
  close(): Promise<void>;
}

export interface Worker {
  /** Starts one task, and resolves when its end is stored. */
  runLone(): Promise<void>;
  /** Resolves when the ends of all tasks are stored; called once the last step has been run. */
  settled(): Promise<void>;
  close(): Promise<void>;
}
