import type { Percentiles } from './percentiles.js';
import type { Workload } from './workloads.js';

/** One of those that are compared: ours, or a peer. */
export interface Contender {
  readonly name: string;
  readonly version: string;
  /** How it is set up. */
  readonly setup: string;
  /** What of a task it keeps, and how safely. */
  readonly persists: string;
  /** Why it does not take part in the workload, if it does not. */
  whyNot(workload: Workload): string | undefined;
  /** Measures it once, beginning with an empty store. */
  measure(workload: Workload, tasks: number): Promise<Figures>;
}

export interface Figures {
  readonly startPerSecond: number;
  readonly stepsPerSecond: number;
  /** Of a lone task of the workload, from its start to its stored end. */
  readonly latencyMs: Percentiles;
}
