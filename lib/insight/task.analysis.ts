import type { StepDetails } from '../persistence/task.details.js';
import type { TaskState } from '../workflow/states.js';
import { graphOf, type StepGraph } from './step.graph.js';

/** A wide task may have a thousand bottlenecks, which nobody would read. */
const MOST_BOTTLENECKS = 10;

/** A step that other steps wait for. */
export interface Blocker {
  readonly step: string;
  readonly state: StepDetails['state'];
  readonly attempts: number;
  readonly retryLimit: number;
  /** When the step will be retried; null if it is running, ready, or waiting for a person. */
  readonly nextRetryAt: string | null;
  /** The names of the unfinished steps that depend on this step, directly or indirectly. */
  readonly blocks: readonly string[];
}

/** The dependencies of the steps of a task, and what blocks the task. */
export interface TaskAnalysis {
  readonly graph: StepGraph;
  /** Steps that are complete, resolved manually or skipped. */
  readonly doneSteps: readonly string[];
  readonly runningSteps: readonly string[];
  /** Steps whose dependencies are done: they may run now, or when they are due. */
  readonly readySteps: readonly string[];
  /** Steps that wait for other steps, which can still finish. */
  readonly waitingSteps: readonly string[];
  /**
   * Steps that wait for a step that failed for good or was cancelled, or whose task has stopped, for example after its
   * deadline.
   */
  readonly blockedSteps: readonly string[];
  /**
   * The longest chain of unfinished steps that must run one after the other; one of them, if several are equally long.
   */
  readonly criticalPath: readonly string[];
  /** The highest number of steps of one level, which can run at the same time. */
  readonly mostAtOnce: number;
  /**
   * Unfinished steps that run or could run, and that block others: at most ten, ordered by how many they block, most
   * first.
   */
  readonly bottlenecks: readonly Blocker[];
  /** Steps in error, with the steps that each blocks. */
  readonly failures: readonly Blocker[];
}

const DONE: ReadonlySet<string> = new Set(['complete', 'resolved_manually', 'skipped']);

/** The states of a task in which its steps may still run. In all others, pending steps wait for a person. */
const RUNNING: ReadonlySet<TaskState> = new Set(['pending', 'in_progress']);

/** @param steps each after its dependencies, as `TaskReader` returns them */
export function analyseTask(taskState: TaskState, steps: readonly StepDetails[]): TaskAnalysis {
  const graph = graphOf(steps);
  const byName = new Map(steps.map((step) => [step.name, step]));
  const isDone = (name: string): boolean => DONE.has(byName.get(name)!.state);
  const names = (found: readonly StepDetails[]): readonly string[] => found.map(({ name }) => name);
  const dead = new Set<string>();
  for (const { name, state, nextRetryAt, dependsOn } of steps) {
    const isStuck = state === 'cancelled' || (state === 'error' && nextRetryAt === null) || !RUNNING.has(taskState);
    if (!isDone(name) && (isStuck || dependsOn.some((parent) => dead.has(parent)))) dead.add(name);
  }
  const pending = steps.filter(({ state }) => state === 'pending' || state === 'error');
  const isFree = ({ dependsOn }: StepDetails): boolean => dependsOn.every(isDone);
  const left = steps.filter(({ name, state }) => !isDone(name) && state !== 'cancelled');
  const blockers = left.filter(isFree).map((step) => blockerOf(step, left));
  return {
    graph,
    doneSteps: names(steps.filter(({ name }) => isDone(name))),
    runningSteps: names(steps.filter(({ state }) => state === 'in_progress')),
    readySteps: names(pending.filter((step) => isFree(step) && !dead.has(step.name))),
    waitingSteps: names(pending.filter((step) => !isFree(step) && !dead.has(step.name))),
    blockedSteps: names(pending.filter((step) => dead.has(step.name) && step.state === 'pending')),
    criticalPath: graphOf(withoutOthers(left)).longestPath,
    mostAtOnce: Math.max(0, ...graph.levels.map((level) => level.length)),
    bottlenecks: blockers
      .filter(({ blocks }) => blocks.length > 0)
      .sort((one, other) => other.blocks.length - one.blocks.length)
      .slice(0, MOST_BOTTLENECKS),
    failures: blockers.filter(({ state }) => state === 'error'),
  };
}

/** Removes the edges to other steps. */
function withoutOthers(steps: readonly StepDetails[]): readonly { name: string; dependsOn: readonly string[] }[] {
  const kept = new Set(steps.map(({ name }) => name));
  return steps.map(({ name, dependsOn }) => ({ name, dependsOn: dependsOn.filter((parent) => kept.has(parent)) }));
}

/** One pass is enough, because each step comes after its dependencies. */
function blockerOf(
  { name, state, attempts, retryLimit, nextRetryAt }: StepDetails,
  left: readonly StepDetails[],
): Blocker {
  const behind = new Set([name]);
  for (const step of left) if (step.dependsOn.some((parent) => behind.has(parent))) behind.add(step.name);
  behind.delete(name);
  return { step: name, state, attempts, retryLimit, nextRetryAt, blocks: [...behind] };
}
