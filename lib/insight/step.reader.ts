import { Injectable } from '@nestjs/common';
import { UnknownStepError } from '../persistence/persistence.errors.js';
import { TaskDetailGateway } from '../persistence/task-detail.gateway.js';
import type { StepDetails } from '../persistence/task.details.js';
import { isRowId } from '../workflow/input.checks.js';
import type { TaskScope } from '../workflow/task.scope.js';
import { TaskReader } from './task.reader.js';

export { isOmitted } from '../persistence/omitted.value.js';

/** A step, with its neighbours in the task. */
export interface StepDocument extends StepDetails {
  readonly taskId: string;
  /** The names of the steps that depend on this step. */
  readonly dependents: readonly string[];
  /** The names of the other steps that depend on exactly the same steps; empty for a step without dependencies. */
  readonly siblings: readonly string[];
}

/** Reads single steps. Steps of a task out of the caller's scope do not exist for the caller. */
@Injectable()
export class StepReader {
  constructor(
    private readonly tasks: TaskReader,
    private readonly details: TaskDetailGateway,
  ) {}

  /**
   * Returns the steps of a task, each after the steps that it depends on.
   * @throws UnknownTaskError
   */
  list(taskId: string, scope: TaskScope | null = null): Promise<readonly StepDocument[]> {
    return this.read(taskId, null, scope);
  }

  /**
   * Returns a step. Its results are left out only if they alone are larger than one answer may be.
   * @param step the name or id
   * @throws UnknownTaskError, UnknownStepError
   */
  async get(taskId: string, step: string, scope: TaskScope | null = null): Promise<StepDocument> {
    const steps = await this.read(taskId, step, scope);
    const found = stepCalled(steps, step);
    if (found) return found;
    const names = steps.map(({ name }) => name).join(', ') || 'none';
    throw new UnknownStepError(`Task ${taskId} has no step "${step}". Its steps: ${names}.`);
  }

  /** @throws UnknownStepError */
  async getById(id: string, scope: TaskScope | null = null): Promise<StepDocument> {
    const taskId = isRowId(id) ? await this.details.taskOfStep(id) : null;
    const task = taskId === null ? null : (await this.tasks.findMany([taskId], ['steps'], id, scope)).get(taskId);
    const found = task && withNeighbours(task.id, task.steps).find((step) => step.id === id);
    if (!found) throw new UnknownStepError(`There is no step ${id}.`);
    return found;
  }

  /** @param step the name or id of the only step whose results and error are read; null for all steps */
  private async read(taskId: string, step: string | null, scope: TaskScope | null): Promise<readonly StepDocument[]> {
    const { steps } = await this.tasks.getParts(taskId, ['steps'], step, scope);
    return withNeighbours(taskId, steps);
  }
}

/** The step with this name, otherwise the one with this id. */
export function stepCalled<Step extends StepDetails>(steps: readonly Step[], nameOrId: string): Step | undefined {
  return steps.find(({ name }) => name === nameOrId) ?? steps.find(({ id }) => id === nameOrId);
}

/** Adds the neighbours to all steps of a task, in time linear in the number of edges. */
export function withNeighbours(taskId: string, steps: readonly StepDetails[]): readonly StepDocument[] {
  const dependents = new Map<string, string[]>(steps.map(({ name }) => [name, []]));
  const byParents = new Map<string, string[]>();
  for (const { name, dependsOn } of steps) {
    for (const parent of dependsOn) dependents.get(parent)!.push(name);
    const key = parentsKey(dependsOn);
    if (!byParents.get(key)?.push(name)) byParents.set(key, [name]);
  }
  return steps.map((step) => ({
    ...step,
    taskId,
    dependents: dependents.get(step.name)!,
    siblings:
      step.dependsOn.length === 0
        ? []
        : byParents.get(parentsKey(step.dependsOn))!.filter((name) => name !== step.name),
  }));
}

function parentsKey(names: readonly string[]): string {
  return JSON.stringify(names.toSorted());
}
