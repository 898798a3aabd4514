import { defineTask, type TaskDefinition } from 'nestjs-tasker';

export const WORKLOADS = ['linear5', 'diamond', 'single', 'fan100'] as const;
export type WorkloadName = (typeof WORKLOADS)[number];

/** One workload: its templates, and how many steps a task of them has. */
export interface Workload {
  readonly name: WorkloadName;
  readonly stepsPerTask: number;
  /** Their names. */
  readonly templates: readonly string[];
  readonly definitions: readonly TaskDefinition[];
}

interface Step {
  readonly name: string;
  readonly dependsOn: readonly string[];
}

const SHAPES: Readonly<Record<WorkloadName, readonly Step[]>> = {
  single: [{ name: 'only', dependsOn: [] }],
  linear5: ['one', 'two', 'three', 'four', 'five'].map((name, index, all) => ({
    name,
    dependsOn: index === 0 ? [] : [all[index - 1]!],
  })),
  diamond: [
    { name: 'top', dependsOn: [] },
    { name: 'left', dependsOn: ['top'] },
    { name: 'right', dependsOn: ['top'] },
    { name: 'bottom', dependsOn: ['left', 'right'] },
  ],
  fan100: [
    { name: 'split', dependsOn: [] },
    ...middle().map((name) => ({ name, dependsOn: ['split'] })),
    { name: 'join', dependsOn: middle() },
  ],
};

function middle(): string[] {
  return Array.from({ length: 100 }, (_, index) => `part_${index + 1}`);
}

/** The workload as so many templates that take turns in so many queues; tasks are started from each in turn. */
export function workload(name: WorkloadName, templates = 1, queues = 1, namespace = 'bench'): Workload {
  const names = Array.from({ length: templates }, (_, index) => (index === 0 ? name : `${name}_${index + 1}`));
  return {
    name,
    stepsPerTask: SHAPES[name].length,
    templates: names,
    definitions: names.map((each, index) => definition(namespace, each, SHAPES[name], `queue_${(index % queues) + 1}`)),
  };
}

function definition(namespace: string, name: string, steps: readonly Step[], queue: string): TaskDefinition {
  const head = defineTask({ namespace, name, version: '1.0.0' }) as unknown as UntypedBuilder;
  return steps.reduce(
    (builder, step) => builder.step(step.name, { handler: 'bench.noop', dependsOn: step.dependsOn, queue }),
    head,
  ) as unknown as TaskDefinition;
}

/** The builder's types follow each step by name, which is of no use to steps that come from a loop. */
interface UntypedBuilder {
  step(name: string, step: { handler: string; dependsOn: readonly string[]; queue: string }): UntypedBuilder;
}
