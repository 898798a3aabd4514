import { defineTask, type TaskDefinition } from 'nestjs-tasker';

export const WORKLOADS = ['linear5', 'diamond', 'single', 'fan100'] as const;
export type WorkloadName = (typeof WORKLOADS)[number];

/** One workload: its template, and how many steps a task of it has. */
export interface Workload {
  readonly name: WorkloadName;
  readonly stepsPerTask: number;
  readonly definition: TaskDefinition;
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

export function workload(name: WorkloadName): Workload {
  const steps = SHAPES[name];
  const head = defineTask({ namespace: 'bench', name, version: '1.0.0' }) as unknown as UntypedBuilder;
  const definition = steps.reduce(
    (builder, step) => builder.step(step.name, { handler: 'bench.noop', dependsOn: step.dependsOn }),
    head,
  );
  return { name, stepsPerTask: steps.length, definition: definition as unknown as TaskDefinition };
}

/** The builder's types follow each step by name, which is of no use to steps that come from a loop. */
interface UntypedBuilder {
  step(name: string, step: { handler: string; dependsOn: readonly string[] }): UntypedBuilder;
}
